package dev.gori.promql;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Functions on histograms, native and classic.
final class HistogramFunctions {

  private final QueryContext context;
  private final Evaluator evaluator;

  HistogramFunctions(QueryContext context, Evaluator evaluator) {
    this.context = context;
    this.evaluator = evaluator;
  }

  List<StepSeries> of(Expr.Call call, StepGrid grid) {
    var args = call.args();
    return switch (call.function().name()) {
      case "histogram_count" -> simple(args.getFirst(), grid, FloatHistogram::count);
      case "histogram_sum" -> simple(args.getFirst(), grid, FloatHistogram::sum);
      case "histogram_avg" -> simple(args.getFirst(), grid, h -> h.sum() / h.count());
      case "histogram_stdvar" -> simple(args.getFirst(), grid, NativeQuantiles::variance);
      case "histogram_stddev" ->
          simple(args.getFirst(), grid, h -> Math.sqrt(NativeQuantiles.variance(h)));
      case "histogram_fraction" -> fractions(args, grid);
      case "histogram_quantile" -> quantiles(args.get(1), List.of(args.getFirst()), null, grid);
      default ->
          quantiles(
              args.getFirst(), args.subList(2, args.size()), evaluator.string(args.get(1)), grid);
    };
  }

  private List<StepSeries> simple(
      Expr arg, StepGrid grid, ToDoubleFunction<FloatHistogram> function) {
    var results = new ArrayList<StepSeries>();
    for (var line : evaluator.vector(arg, grid)) {
      var to = context.dropName(line);
      for (int i = 0; i < line.steps(); i++) {
        var histogram = line.histogram(i);
        if (histogram != null) {
          to.set(i, function.applyAsDouble(histogram));
        }
      }
      results.add(to);
    }
    return context.unique(results);
  }

  private List<StepSeries> fractions(List<Expr> args, StepGrid grid) {
    var lower = evaluator.scalar(args.get(0), grid);
    var upper = evaluator.scalar(args.get(1), grid);
    var families = families(args.get(2), grid);
    var results = new ArrayList<StepSeries>();
    for (var family : families.all()) {
      var to = context.named(family.labels(), grid.steps());
      for (int i = 0; i < grid.steps(); i++) {
        int moment = i;
        families.at(
            family,
            i,
            new HistogramFamilies.Reader() {
              @Override
              public void classic(ClassicBuckets buckets) {
                to.set(moment, buckets.fraction(lower[moment], upper[moment]));
              }

              @Override
              public void histogram(FloatHistogram h) {
                if (NativeQuantiles.hasNaN(h) && lower[moment] < upper[moment]) {
                  families.info(
                      family,
                      "input to histogram_fraction has NaN observations, which are excluded from all fractions");
                }
                to.set(moment, NativeQuantiles.fraction(lower[moment], upper[moment], h));
              }
            });
      }
      results.add(to);
    }
    return context.unique(results);
  }

  private List<StepSeries> quantiles(
      Expr vector, List<Expr> quantiles, @Nullable String label, StepGrid grid) {
    var wanted = quantiles.stream().map(q -> evaluator.scalar(q, grid)).toList();
    var families = families(vector, grid);
    for (int q = 0; q < wanted.size(); q++) {
      noteImproper(wanted.get(q), quantiles.get(q));
    }
    var results = new ArrayList<StepSeries>();
    for (var family : families.all()) {
      var byQuantile = wanted.stream().map(_ -> new LinkedHashMap<Labels, StepSeries>()).toList();
      for (int i = 0; i < grid.steps(); i++) {
        int moment = i;
        families.at(
            family,
            i,
            new HistogramFamilies.Reader() {
              @Override
              public void classic(ClassicBuckets buckets) {
                for (int q = 0; q < wanted.size(); q++) {
                  put(q, buckets.quantile(wanted.get(q)[moment]));
                }
                buckets
                    .correction()
                    .ifPresent(fix -> families.noteFix(family, fix, grid.at(moment)));
              }

              @Override
              public void histogram(FloatHistogram h) {
                for (int q = 0; q < wanted.size(); q++) {
                  double quantile = wanted.get(q)[moment];
                  double value = NativeQuantiles.quantile(quantile, h);
                  families.noteNaN(family, h, quantile, value);
                  put(q, value);
                }
              }

              private void put(int q, double value) {
                var labels =
                    label == null
                        ? family.labels()
                        : family.labels().with(label, openMetrics(wanted.get(q)[moment]));
                byQuantile
                    .get(q)
                    .computeIfAbsent(labels, l -> context.named(l, grid.steps()))
                    .set(moment, value);
              }
            });
      }
      byQuantile.forEach(lines -> results.addAll(lines.values()));
    }
    return context.unique(results);
  }

  private void noteImproper(double[] quantiles, Expr where) {
    Arrays.stream(quantiles)
        .filter(q -> !Quantiles.isProper(q))
        .forEach(
            q ->
                context
                    .annotations()
                    .warn(
                        where,
                        "quantile value should be between 0 and 1, got " + GoFloat.general(q)));
  }

  private static String openMetrics(double value) {
    var text = GoFloat.general(value);
    boolean whole = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    return whole ? text + ".0" : text;
  }

  private HistogramFamilies families(Expr arg, StepGrid grid) {
    return new HistogramFamilies(context, arg, evaluator.vector(arg, grid), grid);
  }
}

package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The histograms in an instant vector: series with `le` labels grouped into classic histograms,
/// and native histograms.
final class HistogramFamilies {

  private static final String LE = "le";

  /// Computes the result of one histogram at one step.
  interface Reader {
    void classic(ClassicBuckets buckets);

    void histogram(FloatHistogram histogram);
  }

  /// The series of one histogram: its `le` buckets by bound, a native histogram, or, by mistake,
  /// both.
  static final class Family {
    private final Labels labels;
    private final List<StepSeries> buckets = new ArrayList<>();
    private final List<Double> bounds = new ArrayList<>();
    private @Nullable StepSeries whole;

    Family(Labels labels) {
      this.labels = labels;
    }

    Labels labels() {
      return labels;
    }
  }

  private final QueryContext context;
  private final Expr where;
  private final List<Family> all;

  HistogramFamilies(QueryContext context, Expr where, List<StepSeries> lines, StepGrid grid) {
    this.context = context;
    this.where = where;
    var byLabels = new LinkedHashMap<Labels, Family>();
    for (var line : lines) {
      addBucket(line, byLabels, grid);
      addWhole(line, byLabels, grid);
    }
    this.all = new ArrayList<>(byLabels.values());
  }

  List<Family> all() {
    return all;
  }

  private void addBucket(StepSeries line, Map<Labels, Family> byLabels, StepGrid grid) {
    boolean anyFloat = false;
    for (int i = 0; i < grid.steps() && !anyFloat; i++) {
      anyFloat = line.isFloat(i);
    }
    if (!anyFloat) {
      return;
    }
    double bound = bound(line.labels().get(LE));
    if (Double.isNaN(bound)) {
      context
          .annotations()
          .warn(
              where,
              "bucket label \"le\" is missing or has a malformed value of \"%s\"%s"
                  .formatted(line.labels().get(LE), ofMetric(line.labels())));
      return;
    }
    var family = byLabels.computeIfAbsent(line.labels().without(LE), Family::new);
    family.buckets.add(line);
    family.bounds.add(bound);
  }

  private static double bound(String text) {
    try {
      var lower = text.toLowerCase(Locale.ROOT);
      return switch (lower) {
        case "+inf", "inf", "+infinity", "infinity" -> Double.POSITIVE_INFINITY;
        case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(lower);
      };
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static void addWhole(StepSeries line, Map<Labels, Family> byLabels, StepGrid grid) {
    for (int i = 0; i < grid.steps(); i++) {
      if (line.histogram(i) != null) {
        byLabels.computeIfAbsent(line.labels(), Family::new).whole = line;
        return;
      }
    }
  }

  void at(Family family, int step, Reader reader) {
    var buckets = new ArrayList<ClassicBuckets.Cumulative>(family.buckets.size());
    for (int b = 0; b < family.buckets.size(); b++) {
      if (family.buckets.get(b).isFloat(step)) {
        buckets.add(
            new ClassicBuckets.Cumulative(family.bounds.get(b), family.buckets.get(b).value(step)));
      }
    }
    var histogram = family.whole == null ? null : family.whole.histogram(step);
    if (histogram != null && !buckets.isEmpty()) {
      context
          .annotations()
          .warn(
              where,
              "vector contains a mix of classic and native histograms" + ofMetric(family.labels));
    } else if (histogram != null) {
      reader.histogram(histogram);
    } else if (!buckets.isEmpty()) {
      reader.classic(ClassicBuckets.of(buckets));
    }
  }

  void noteFix(Family family, ClassicBuckets.Correction fix, long millis) {
    context
        .annotations()
        .forcedMonotonicity(
            where,
            "input to histogram_quantile needed to be fixed for monotonicity"
                + " (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                + ofMetric(family.labels),
            ForcedMonotonicity.of(fix, millis));
  }

  void noteNaN(Family family, FloatHistogram h, double quantile, double value) {
    if (!Quantiles.isProper(quantile) || !Double.isNaN(h.sum()) || h.count() == 0) {
      return;
    }
    if (Double.isNaN(value) || NativeQuantiles.hasNaN(h)) {
      info(
          family,
          "input to histogram_quantile has NaN observations, result is "
              + (Double.isNaN(value) ? "NaN" : "skewed higher"));
    }
  }

  void info(Family family, String what) {
    context.annotations().info(where, what + ofMetric(family.labels));
  }

  /// Empty when metric names were dropped already.
  private String ofMetric(Labels labels) {
    return context.options().delayedNames() ? Annotations.ofMetric(labels.metric()) : "";
  }
}

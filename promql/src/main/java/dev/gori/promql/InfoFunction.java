package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.syntax.DurationExpr;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `info` (experimental): puts labels of info metrics, such as `target_info`, onto other series of
/// the same instance and job.
final class InfoFunction {

  private static final List<String> IDENTIFYING = List.of("instance", "job");

  private final QueryContext context;
  private final Evaluator evaluator;

  InfoFunction(QueryContext context, Evaluator evaluator) {
    this.context = context;
    this.evaluator = evaluator;
  }

  /// The matchers of the second argument.
  ///
  /// @param names the matchers of the info metrics' names
  /// @param data the matchers of their data labels
  private record Wanted(List<Matcher> names, List<Matcher> data) {
    boolean isInfo(Labels labels) {
      return names.stream().allMatch(m -> m.matches(labels));
    }

    boolean takes(String label) {
      return data.isEmpty() || data.stream().anyMatch(m -> m.name().equals(label));
    }

    boolean needsInfo() {
      return data.stream().anyMatch(m -> !m.matchesEmpty());
    }
  }

  /// An info series, with the timestamp of its sample at each step.
  private record Info(Labels labels, StepSeries sampled) {}

  List<StepSeries> of(Expr.Call call, StepGrid grid) {
    var lines = evaluator.vector(call.args().getFirst(), grid);
    var wanted = wanted(call);
    var infos = infos(wanted, reference(call.args().getFirst(), grid));
    var results = new LinkedHashMap<Labels, StepSeries>();
    for (var line : lines) {
      if (wanted.isInfo(line.labels())) {
        copy(line, line.labels(), results);
      } else {
        enrich(line, infos.getOrDefault(identity(line.labels()), Map.of()), wanted, results);
      }
    }
    return new ArrayList<>(results.values());
  }

  private static Wanted wanted(Expr.Call call) {
    var names = new ArrayList<Matcher>();
    var data = new ArrayList<Matcher>();
    if (call.args().size() > 1 && call.args().get(1) instanceof Expr.VectorSelector selector) {
      selector.matchers().forEach(m -> (m.name().equals(Labels.NAME) ? names : data).add(m));
    }
    boolean positive =
        names.stream().anyMatch(m -> m.op() == Matcher.Op.EQUAL || m.op() == Matcher.Op.MATCHES);
    if (names.isEmpty()) {
      names.add(Matcher.equal(Labels.NAME, "target_info"));
    } else if (!positive) {
      names.add(new Matcher(Labels.NAME, Matcher.Op.MATCHES, ".+_info"));
    }
    return new Wanted(names, data);
  }

  /// The times at which the base expression reads its samples.
  private StepGrid reference(Expr base, StepGrid grid) {
    var moments = new TimeModifiers(context.grid());
    return switch (base) {
      case Expr.VectorSelector v -> moments.shifted(grid, v.shift());
      case Expr.MatrixSelector(_, var v, _) -> moments.shifted(grid, v.shift());
      case Expr.Subquery s -> reference(s.inner(), moments.shifted(grid, s.shift()));
      default ->
          base.children().stream()
              .filter(InfoFunction::hasSelector)
              .findFirst()
              .map(child -> reference(child, grid))
              .orElse(grid);
    };
  }

  private static boolean hasSelector(Expr expr) {
    return expr instanceof Expr.VectorSelector
        || expr.children().stream().anyMatch(InfoFunction::hasSelector);
  }

  private static List<String> identity(Labels labels) {
    return IDENTIFYING.stream().map(labels::get).toList();
  }

  /// The info series by identity and metric.
  private Map<List<String>, Map<String, List<Info>>> infos(Wanted wanted, StepGrid reference) {
    var matchers = new ArrayList<>(wanted.names);
    matchers.addAll(wanted.data);
    var selector =
        new Expr.VectorSelector(
            new Span(0, 0),
            "",
            matchers,
            new Expr.Shift(Optional.<DurationExpr>empty(), Optional.empty()),
            Expr.RangeModifier.PLAIN);
    var found = new HashMap<List<String>, Map<String, List<Info>>>();
    for (var line : evaluator.instants().select(selector, reference, InfoFunction::sampled)) {
      if (IDENTIFYING.stream().noneMatch(line.labels()::has)) {
        continue;
      }
      found
          .computeIfAbsent(identity(line.labels()), _ -> new TreeMap<>())
          .computeIfAbsent(line.labels().metric(), _ -> new ArrayList<>())
          .add(new Info(line.labels(), line));
    }
    return found;
  }

  private static void sampled(StepSeries line, int step, SampleBuffer points, int at) {
    if (points.histogramAt(at) != null) {
      throw PromQlException.execution(
          "this should be an info metric, with float samples: " + line.labels());
    }
    line.set(step, points.millisAt(at));
  }

  private void enrich(
      StepSeries line,
      Map<String, List<Info>> infos,
      Wanted wanted,
      Map<Labels, StepSeries> results) {
    var byChoice = new HashMap<List<Labels>, Labels>();
    for (int i = 0; i < line.steps(); i++) {
      if (!line.has(i)) {
        continue;
      }
      var chosen = new ArrayList<Labels>();
      for (var sameMetric : infos.values()) {
        var info = latest(sameMetric, i);
        if (info != null) {
          chosen.add(info.labels);
        }
      }
      if (chosen.isEmpty() && wanted.needsInfo()) {
        continue;
      }
      var labels = byChoice.computeIfAbsent(chosen, c -> joined(line.labels(), c, wanted));
      put(line, labels, i, results);
    }
  }

  private static @Nullable Info latest(List<Info> infos, int step) {
    Info latest = null;
    for (var info : infos) {
      if (!info.sampled.has(step)) {
        continue;
      }
      if (latest != null && latest.sampled.value(step) == info.sampled.value(step)) {
        throw PromQlException.execution(
            "found duplicate series for info metric: existing %s, new %s"
                .formatted(latest.labels, info.labels));
      }
      if (latest == null || info.sampled.value(step) > latest.sampled.value(step)) {
        latest = info;
      }
    }
    return latest;
  }

  private static Labels joined(Labels base, List<Labels> infos, Wanted wanted) {
    var added = new TreeMap<String, String>();
    for (var info : infos) {
      info.forEach(
          (name, value) -> {
            boolean foreign =
                !name.equals(Labels.NAME) && !IDENTIFYING.contains(name) && !base.has(name);
            if (foreign && wanted.takes(name)) {
              var before = added.put(name, value);
              if (before != null && !before.equals(value)) {
                throw PromQlException.execution("conflicting label: " + name);
              }
            }
          });
    }
    var all = base.toMap();
    all.putAll(added);
    return Labels.of(all);
  }

  private void copy(StepSeries line, Labels labels, Map<Labels, StepSeries> results) {
    for (int i = 0; i < line.steps(); i++) {
      if (line.has(i)) {
        put(line, labels, i, results);
      }
    }
  }

  private void put(StepSeries line, Labels labels, int step, Map<Labels, StepSeries> results) {
    var to =
        results.computeIfAbsent(labels, l -> context.line(l, line.isNameDropped(), line.steps()));
    if (to.has(step)) {
      throw StepSeriesMerge.duplicate();
    }
    to.set(step, line, step);
  }
}

package dev.gori.promql.script;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.promql.QueryResult;
import dev.gori.promql.QueryResult.Point;
import dev.gori.promql.QueryResult.SampleOf;
import dev.gori.promql.QueryResult.SeriesOf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Compares the actual result with the expected one.
final class Comparison {

  private Comparison() {}

  static List<String> instant(Expectation expected, QueryResult.Value got) {
    return switch (got) {
      case QueryResult.Scalar(_, var value) -> scalar(expected, value);
      case QueryResult.Text(_, var value) ->
          expected.string().filter(value::equals).isPresent()
              ? List.of()
              : List.of("expected: string " + expected.string().orElse("none"));
      case QueryResult.Vector(var samples) -> vector(expected, samples);
      case QueryResult.Matrix _ -> List.of("expected: no range vector");
    };
  }

  private static List<String> scalar(Expectation expected, double value) {
    boolean same =
        expected.entries().size() == 1
            && AlmostEqual.equal(
                expected.entries().getFirst().values().getFirst(), Point.of(0, value));
    return same ? List.of() : List.of("expected: " + expected.entries());
  }

  private static List<String> vector(Expectation expected, List<SampleOf> got) {
    var byLabels = new HashMap<Labels, Point>();
    got.forEach(sample -> byLabels.put(sample.labels(), sample.point()));
    var problems = new ArrayList<String>();
    for (var entry : expected.entries()) {
      var point = byLabels.remove(entry.labels().orElse(Labels.EMPTY));
      if (point == null
          || entry.values().isEmpty()
          || !AlmostEqual.equal(entry.values().getFirst(), point)) {
        problems.add("expected: " + entry.text());
      }
    }
    byLabels.keySet().forEach(labels -> problems.add("unexpected: " + labels));
    if (expected.isOrdered() && problems.isEmpty()) {
      for (int i = 0; i < got.size(); i++) {
        if (!got.get(i).labels().equals(expected.entries().get(i).labels().orElse(Labels.EMPTY))) {
          problems.add(
              "expected at place %d: %s".formatted(i + 1, expected.entries().get(i).text()));
        }
      }
    }
    return problems;
  }

  static List<String> range(Expectation expected, QueryResult.Value got, long from, long step) {
    if (!(got instanceof QueryResult.Matrix(var series))) {
      return List.of("expected: a matrix");
    }
    var byLabels = new HashMap<Labels, SeriesOf>();
    series.forEach(s -> byLabels.put(s.labels(), s));
    var problems = new ArrayList<String>();
    for (var entry : expected.entries()) {
      var one = byLabels.remove(entry.labels().orElse(Labels.EMPTY));
      if (!same(entry, one == null ? List.of() : one.points(), from, step)) {
        problems.add("expected: " + entry.text());
      }
    }
    byLabels.values().forEach(s -> problems.add("unexpected: " + s.labels()));
    return problems;
  }

  private static boolean same(Expectation.Entry entry, List<Point> points, long from, long step) {
    Map<Long, SeriesDescription.Value> wanted = new TreeMap<>();
    for (int i = 0; i < entry.values().size(); i++) {
      if (!entry.values().get(i).isGap()) {
        wanted.put(from + i * step, entry.values().get(i));
      }
    }
    for (var point : points) {
      var value = wanted.remove(point.millis());
      if (value == null || !AlmostEqual.equal(value, point)) {
        return false;
      }
    }
    return wanted.isEmpty();
  }

  static List<String> window(Expectation expected, QueryResult.Value got) {
    var window = expected.window().orElseThrow();
    return range(expected, got, window.from(), window.step());
  }

  /// Compares the middle step of a range query with the expected instant vector.
  static List<String> middle(Expectation expected, QueryResult.Value got, long at) {
    if (!(got instanceof QueryResult.Matrix(var series))) {
      return List.of("expected: a matrix");
    }
    var samples = new ArrayList<SampleOf>();
    for (var one : series) {
      for (var point : one.points()) {
        if (point.millis() == at) {
          samples.add(new SampleOf(one.labels(), point));
        }
      }
    }
    return vector(expected, samples);
  }

  static String text(QueryResult.Value value) {
    return switch (value) {
      case QueryResult.Scalar(_, var number) -> GoFloat.decimal(number);
      case QueryResult.Text(_, var string) -> '"' + string + '"';
      case QueryResult.Vector(var samples) ->
          samples.isEmpty()
              ? "nothing"
              : samples.stream()
                  .map(s -> "\n      " + s.labels() + " " + text(s.point()))
                  .collect(Collectors.joining());
      case QueryResult.Matrix(var series) ->
          series.isEmpty()
              ? "nothing"
              : series.stream()
                  .map(
                      s ->
                          "\n      "
                              + s.labels()
                              + s.points().stream()
                                  .map(p -> " " + text(p) + "@" + p.millis() / 1000.0)
                                  .collect(Collectors.joining()))
                  .collect(Collectors.joining());
    };
  }

  private static String text(Point point) {
    return point
        .histogram()
        .map(h -> h + (h.hint() == ResetHint.UNKNOWN ? "" : "/" + h.hint()))
        .orElseGet(() -> GoFloat.decimal(point.value()));
  }
}

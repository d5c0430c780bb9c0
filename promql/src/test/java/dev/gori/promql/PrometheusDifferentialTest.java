package dev.gori.promql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.WallTime;
import dev.gori.promql.QueryResult.Point;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The same samples in a real Prometheus and here, the same queries, equal answers. Left out is
/// what the two versions define differently (ranges open to the left; how far a counter is carried
/// on towards zero before a gap) or what the older one does not know.
final class PrometheusDifferentialTest {

  private static final long FROM = SampleQueries.FROM;
  private static final long TO = SampleQueries.TO;
  private static final long STEP = 300;

  @Test
  void answersAsPrometheusDoes(@TempDir Path folder) throws Exception {
    var data = new SampleData();
    var engine = new PromQl(EngineOptions.DEFAULTS, new WallTime());
    var problems = new ArrayList<String>();
    var queries = SampleQueries.all();
    try (var prometheus = PrometheusProgram.over(data.openMetrics(), folder)) {
      for (var query : SampleQueries.REFUSED) {
        compareErrors(query, prometheus.instant(query, FROM), engine, problems);
      }
      for (var query : queries) {
        compare(
            query + " (instant)",
            prometheus.instant(query, FROM + 1234),
            () -> engine.instant(engine.parse(query), data, Instant.ofEpochSecond(FROM + 1234)),
            problems);
        compare(
            query,
            prometheus.range(query, FROM, TO, STEP),
            () ->
                engine.range(
                    engine.parse(query),
                    data,
                    Instant.ofEpochSecond(FROM),
                    Instant.ofEpochSecond(TO),
                    Duration.ofSeconds(STEP)),
            problems);
      }
    }
    assertThat(problems)
        .as("%d of %d differ".formatted(problems.size(), queries.size() * 2))
        .isEmpty();
  }

  private static void compareErrors(
      String query, JsonNode theirs, PromQl engine, List<String> problems) {
    var expected =
        theirs.path("error").asString("").replaceFirst("invalid parameter \"query\": ", "");
    var got = "";
    try {
      engine.parse(query);
    } catch (PromQlException e) {
      got = e.reason();
    }
    if (!got.equals(expected)) {
      problems.add("%s: error '%s', expected '%s'".formatted(query, got, expected));
    }
  }

  private interface Evaluation {
    QueryResult run();
  }

  private static void compare(
      String query, JsonNode theirs, Evaluation ours, List<String> problems) {
    boolean theyFail = theirs.path("status").asString().equals("error");
    QueryResult answer;
    try {
      answer = ours.run();
    } catch (PromQlException e) {
      if (!theyFail) {
        problems.add(query + ": we fail: " + e.reason());
      }
      return;
    }
    if (theyFail) {
      problems.add(query + ": they fail: " + theirs.path("error").asString());
      return;
    }
    var expected = theirs(theirs.path("data"));
    var got = ours(answer.value());
    if (!expected.keySet().equals(got.keySet())) {
      problems.add("%s: series %s, expected %s".formatted(query, got.keySet(), expected.keySet()));
      return;
    }
    for (var entry : expected.entrySet()) {
      var difference = difference(entry.getValue(), got.get(entry.getKey()));
      if (!difference.isEmpty()) {
        problems.add("%s: %s: %s".formatted(query, entry.getKey(), difference));
        return;
      }
    }
  }

  private static String difference(TreeMap<Long, Double> expected, TreeMap<Long, Double> got) {
    if (!expected.keySet().equals(got.keySet())) {
      return "at %s, expected %s".formatted(got.keySet(), expected.keySet());
    }
    for (var point : expected.entrySet()) {
      double theirs = point.getValue();
      double ours = got.get(point.getKey());
      boolean same =
          theirs == ours
              || (Double.isNaN(theirs) && Double.isNaN(ours))
              || Math.abs(theirs - ours) <= 1e-9 * Math.max(Math.abs(theirs), Math.abs(ours));
      if (!same) {
        return "%s at %d, expected %s".formatted(ours, point.getKey(), theirs);
      }
    }
    return "";
  }

  private static Map<Labels, TreeMap<Long, Double>> theirs(JsonNode data) {
    var found = new TreeMap<Labels, TreeMap<Long, Double>>();
    var result = data.path("result");
    if (data.path("resultType").asString().equals("scalar")
        || data.path("resultType").asString().equals("string")) {
      found
          .computeIfAbsent(Labels.EMPTY, _ -> new TreeMap<>())
          .put(0L, number(result.path(1).asString()));
      return found;
    }
    for (var one : result) {
      var labels = new TreeMap<String, String>();
      one.path("metric").properties().forEach(p -> labels.put(p.getKey(), p.getValue().asString()));
      var points = found.computeIfAbsent(Labels.of(labels), _ -> new TreeMap<>());
      if (one.has("value")) {
        points.put(0L, number(one.path("value").path(1).asString()));
      }
      one.path("values")
          .forEach(
              v ->
                  points.put(
                      Math.round(v.path(0).asDouble() * 1000), number(v.path(1).asString())));
    }
    return found;
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      case "text" -> -1;
      default -> Double.parseDouble(text);
    };
  }

  private static Map<Labels, TreeMap<Long, Double>> ours(QueryResult.Value value) {
    var found = new TreeMap<Labels, TreeMap<Long, Double>>();
    switch (value) {
      case QueryResult.Scalar(_, var number) ->
          found.put(Labels.EMPTY, new TreeMap<>(Map.of(0L, number)));
      case QueryResult.Text(_, var text) ->
          found.put(Labels.EMPTY, new TreeMap<>(Map.of(0L, number(text))));
      case QueryResult.Vector(var samples) ->
          samples.forEach(s -> found.put(s.labels(), new TreeMap<>(Map.of(0L, s.point().value()))));
      case QueryResult.Matrix(var series) ->
          series.forEach(
              s -> {
                var points = found.computeIfAbsent(s.labels(), _ -> new TreeMap<>());
                for (Point point : s.points()) {
                  points.put(point.millis(), point.value());
                }
              });
    }
    return found;
  }
}

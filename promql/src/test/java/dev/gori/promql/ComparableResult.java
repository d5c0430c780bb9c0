package dev.gori.promql;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Bucket;
import dev.gori.kernel.sample.FloatHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// An answer to a query in a form in which two programs' answers can be compared: what the HTTP API
/// tells.
///
/// @param error empty where the query succeeded
/// @param series by labels; a sample is its text, or a histogram's count, sum and buckets, by time
record ComparableResult(
    String error,
    Map<Labels, TreeMap<Long, List<String>>> series,
    List<String> warnings,
    List<String> infos) {

  private static final double TOLERANCE = 1e-12;

  static ComparableResult failed(String error) {
    return new ComparableResult(error, Map.of(), List.of(), List.of());
  }

  static ComparableResult theirs(JsonNode answer) {
    if (answer.path("status").asString().equals("error")) {
      return failed(
          answer.path("error").asString("").replaceFirst("invalid parameter \"query\": ", ""));
    }
    var found = new TreeMap<Labels, TreeMap<Long, List<String>>>();
    var data = answer.path("data");
    var result = data.path("result");
    var type = data.path("resultType").asString();
    if (type.equals("scalar") || type.equals("string")) {
      found
          .computeIfAbsent(Labels.EMPTY, _ -> new TreeMap<>())
          .put(millis(result), List.of(result.path(1).asString()));
    } else {
      for (var one : result) {
        var labels = new TreeMap<String, String>();
        one.path("metric")
            .properties()
            .forEach(p -> labels.put(p.getKey(), p.getValue().asString()));
        var points = found.computeIfAbsent(Labels.of(labels), _ -> new TreeMap<>());
        point(one.path("value"), points);
        point(one.path("histogram"), points);
        one.path("values").forEach(v -> point(v, points));
        one.path("histograms").forEach(v -> point(v, points));
      }
    }
    return new ComparableResult(
        "", found, texts(answer.path("warnings")), texts(answer.path("infos")));
  }

  private static long millis(JsonNode point) {
    return Math.round(point.path(0).asDouble() * 1000);
  }

  private static void point(JsonNode point, TreeMap<Long, List<String>> to) {
    if (point.isMissingNode()) {
      return;
    }
    if (!point.path(1).isObject()) {
      to.put(millis(point), List.of(point.path(1).asString()));
      return;
    }
    var told =
        new ArrayList<>(
            List.of(
                "histogram",
                point.path(1).path("count").asString(),
                point.path(1).path("sum").asString()));
    point
        .path(1)
        .path("buckets")
        .forEach(bucket -> bucket.forEach(part -> told.add(part.asString())));
    to.put(millis(point), told);
  }

  private static List<String> texts(JsonNode list) {
    var texts = new ArrayList<String>();
    list.forEach(text -> texts.add(text.asString()));
    return texts;
  }

  static ComparableResult ours(QueryResult answer) {
    var found = new TreeMap<Labels, TreeMap<Long, List<String>>>();
    switch (answer.value()) {
      case QueryResult.Scalar(var millis, var number) ->
          found.put(Labels.EMPTY, new TreeMap<>(Map.of(millis, List.of(GoFloat.decimal(number)))));
      case QueryResult.Text(var millis, var text) ->
          found.put(Labels.EMPTY, new TreeMap<>(Map.of(millis, List.of(text))));
      case QueryResult.Vector(var samples) ->
          samples.forEach(s -> put(s.labels(), s.point(), found));
      case QueryResult.Matrix(var all) ->
          all.forEach(s -> s.points().forEach(p -> put(s.labels(), p, found)));
    }
    return new ComparableResult("", found, answer.warnings(), answer.infos());
  }

  private static void put(
      Labels labels, QueryResult.Point point, Map<Labels, TreeMap<Long, List<String>>> to) {
    to.computeIfAbsent(labels, _ -> new TreeMap<>())
        .put(
            point.millis(),
            point
                .histogram()
                .map(ComparableResult::told)
                .orElseGet(() -> List.of(GoFloat.decimal(point.value()))));
  }

  private static List<String> told(FloatHistogram h) {
    var told =
        new ArrayList<>(List.of("histogram", GoFloat.decimal(h.count()), GoFloat.decimal(h.sum())));
    h.ascending().stream()
        .filter(b -> b.zero() ? b.count() > 0 : b.count() != 0)
        .forEach(
            b ->
                told.addAll(
                    List.of(
                        String.valueOf(rule(b)),
                        GoFloat.decimal(b.lower()),
                        GoFloat.decimal(b.upper()),
                        GoFloat.decimal(b.count()))));
    return told;
  }

  /// Which of a bucket's bounds belong to it, as the API numbers the four cases.
  private static int rule(Bucket b) {
    if (b.lowerInclusive() && b.upperInclusive()) {
      return 3;
    }
    return b.lowerInclusive() ? 1 : b.upperInclusive() ? 0 : 2;
  }

  /// What is not as expected; empty where all is.
  String difference(ComparableResult expected) {
    if (!error.equals(expected.error)) {
      return "error '%s', expected '%s'".formatted(error, expected.error);
    }
    if (!series.keySet().equals(expected.series.keySet())) {
      return "series %s, expected %s".formatted(series.keySet(), expected.series.keySet());
    }
    for (var one : series.entrySet()) {
      var wanted = expected.series.get(one.getKey());
      if (!one.getValue().keySet().equals(wanted.keySet())) {
        return "%s at %s, expected %s"
            .formatted(one.getKey(), one.getValue().keySet(), wanted.keySet());
      }
      for (var point : one.getValue().entrySet()) {
        if (!same(point.getValue(), wanted.get(point.getKey()))) {
          return "%s %s at %d, expected %s"
              .formatted(
                  one.getKey(), point.getValue(), point.getKey(), wanted.get(point.getKey()));
        }
      }
    }
    var notes = difference("warnings", warnings, expected.warnings);
    return notes.isEmpty() ? difference("infos", infos, expected.infos) : notes;
  }

  private static String difference(String what, List<String> got, List<String> expected) {
    return got.stream().sorted().toList().equals(expected.stream().sorted().toList())
        ? ""
        : "%s %s, expected %s".formatted(what, got, expected);
  }

  private static boolean same(List<String> got, List<String> expected) {
    if (got.size() != expected.size()) {
      return false;
    }
    for (int i = 0; i < got.size(); i++) {
      if (!got.get(i).equals(expected.get(i)) && !almost(got.get(i), expected.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean almost(String got, String expected) {
    try {
      double one = Double.parseDouble(got);
      double other = Double.parseDouble(expected);
      return one == other
          || Math.abs(one - other) <= TOLERANCE * Math.max(Math.abs(one), Math.abs(other));
    } catch (NumberFormatException e) {
      return false;
    }
  }
}

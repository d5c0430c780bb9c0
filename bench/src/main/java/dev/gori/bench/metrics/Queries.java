package dev.gori.bench.metrics;

import dev.gori.base.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Ten typical dashboard queries, sent to both servers in turn.
final class Queries {

  private static final long HOUR = 3_600;
  private static final int MOST = 1_000;
  private static final int WARM = 10_000;
  private static final int LEAST = 3;

  /// @param path without the time
  private record Question(String what, String path, boolean isRange) {
    static Question range(String query) {
      return new Question(
          query + "  1h by 15s", "/query_range?step=15&query=" + encoded(query), true);
    }

    static Question instant(String query) {
      return new Question(query, "/query?query=" + encoded(query), false);
    }

    URI at(ServerProcess of, long end) {
      var times =
          path.startsWith("/query?")
              ? "&time=" + end
              : "&start=%d&end=%d".formatted(end - HOUR, end);
      return of.api(path + times);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static final List<Question> ALL =
      List.of(
          Question.range("rate(node_disk_read_bytes_total{instance=\"node-0042\"}[5m])"),
          Question.range(
              "sum by (mode) (rate(node_cpu_seconds_total{instance=~\"node-00.*\"}[5m]))"),
          Question.range("sum by (instance) (rate(node_network_receive_bytes_total[5m]))"),
          Question.range(
              "histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))"),
          Question.range("topk(5, rate(node_network_transmit_bytes_total[5m]))"),
          Question.range("1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes"),
          Question.range("quantile(0.95, node_load1)"),
          Question.instant("avg_over_time(node_load5[1h])"),
          Question.instant(
              "max by (instance) (node_filesystem_avail_bytes{fstype=~\"ext4|xfs\",mountpoint!~\"/run.*\"})"),
          new Question("label values of instance", "/label/instance/values?x=", false));

  private final ServerProcess gori;
  private final ServerProcess peer;
  private final long end;
  private final double seconds;
  private final Report report;

  /// @param end time of the last query, seconds since 1970
  /// @param seconds per query and server, at least three rounds
  Queries(ServerProcess gori, ServerProcess peer, long end, double seconds, Report report) {
    this.gori = gori;
    this.peer = peer;
    this.end = end;
    this.seconds = seconds;
    this.report = report;
  }

  void run() throws IOException, InterruptedException {
    for (var question : ALL) {
      var difference = difference(answer(gori, question), answer(peer, question));
      report.line(
          "query  %s%s"
              .formatted(
                  question.what(), difference.isEmpty() ? "" : "   ANSWERS DIFFER: " + difference));
      measure(question);
    }
  }

  private JsonNode answer(ServerProcess of, Question question)
      throws IOException, InterruptedException {
    return Json.parse(of.get(question.at(of, end)));
  }

  private static final class Times {
    private final List<Double> millis = new ArrayList<>();
    private double cpu;

    double quantile(double share) {
      var sorted = millis.stream().sorted().toList();
      return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size())));
    }
  }

  private void measure(Question question) throws IOException, InterruptedException {
    var own = new Times();
    var other = new Times();
    double spent = 0;
    for (int i = 0; i < WARM && (i < LEAST || spent < 3 * seconds); i++) {
      spent += (ask(question, gori, new Times()) + ask(question, peer, new Times())) / 2_000;
    }
    spent = 0;
    for (int i = 0; i < MOST && (i < LEAST || spent < seconds); i++) {
      spent += (ask(question, peer, other) + ask(question, gori, own)) / 2_000;
    }
    report.compare("  p50", "ms", own.quantile(0.5), other.quantile(0.5), false);
    report.compare("  p99", "ms", own.quantile(0.99), other.quantile(0.99), false);
    report.compare(
        "  cpu a query, %d rounds".formatted(own.millis.size()),
        "ms",
        own.cpu * 1_000 / own.millis.size(),
        other.cpu * 1_000 / other.millis.size(),
        false);
  }

  private double ask(Question question, ServerProcess of, Times times)
      throws IOException, InterruptedException {
    double cpu = of.cpuSeconds();
    long began = System.nanoTime();
    of.get(question.at(of, end));
    double millis = (System.nanoTime() - began) / 1e6;
    times.millis.add(millis);
    times.cpu += of.cpuSeconds() - cpu;
    return millis;
  }

  /// Where two results differ by more than rounding; empty if they do not.
  private static String difference(JsonNode own, JsonNode other) {
    var a = byLabels(own.path("data"));
    var b = byLabels(other.path("data"));
    if (!a.keySet().equals(b.keySet())) {
      return "%d and %d series, or others".formatted(a.size(), b.size());
    }
    return a.keySet().stream()
        .map(key -> differs(a.getOrDefault(key, own), b.getOrDefault(key, other), key))
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse("");
  }

  /// Series by labels, because an instant vector has no order. A list of values as it is.
  private static Map<String, JsonNode> byLabels(JsonNode data) {
    var sorted = new TreeMap<String, JsonNode>();
    for (var one : data.isArray() ? data : data.path("result")) {
      var labels = new TreeMap<String, String>();
      one.path("metric")
          .properties()
          .forEach(label -> labels.put(label.getKey(), label.getValue().asString()));
      sorted.put(
          one.isObject() ? labels.toString() : one.asString(),
          one.isObject() ? one.path(one.has("value") ? "value" : "values") : one);
    }
    return sorted;
  }

  private static String differs(JsonNode own, JsonNode other, String place) {
    if (own.size() != other.size()) {
      return "%s: %d and %d points".formatted(place, own.size(), other.size());
    }
    for (int i = 0; i < own.size(); i++) {
      var deeper = differs(own.path(i), other.path(i), place + "[" + i + "]");
      if (!deeper.isEmpty()) {
        return deeper;
      }
    }
    return own.isArray() || same(own.asString(), other.asString())
        ? ""
        : "%s: %s and %s".formatted(place, own, other);
  }

  private static boolean same(String own, String other) {
    if (own.equals(other)) {
      return true;
    }
    try {
      double a = Double.parseDouble(own);
      double b = Double.parseDouble(other);
      return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
    } catch (NumberFormatException _) {
      return false;
    }
  }
}

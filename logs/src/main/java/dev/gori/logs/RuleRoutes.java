package dev.gori.logs;

import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.gotext.GoFloat;
import dev.gori.rulefiles.ActiveAlert;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The routes for rules and alerts in Prometheus' JSON format, under `/loki/prometheus` because the
/// metrics role serves `/prometheus` on the same port.
final class RuleRoutes {

  private final Ruler rules;

  RuleRoutes(Ruler rules) {
    this.rules = rules;
  }

  void addTo(Routes routes) {
    routes.get("/loki/api/v1/rules", this::files);
    routes.get("/loki/prometheus/api/v1/rules", this::list);
    routes.get("/loki/prometheus/api/v1/alerts", this::alerts);
  }

  /// Groups by file, as YAML; JSON is YAML.
  private Response files(Request request) {
    var files = Json.object();
    for (var group : rules.groups()) {
      if (files.computeIfAbsent(group.group.file(), _ -> new ArrayList<>())
          instanceof List<?> list) {
        var all = new ArrayList<Object>(list);
        all.add(
            Json.object(
                "name",
                group.group.name(),
                "rules",
                group.rules.stream()
                    .map(
                        rule ->
                            Json.object(
                                "alert",
                                rule.rule.name(),
                                "expr",
                                rule.rule.expression(),
                                "for",
                                rule.rule.holdDuration().toSeconds() + "s",
                                "labels",
                                rule.rule.labels().toMap(),
                                "annotations",
                                rule.rule.annotations().toMap()))
                    .toList()));
        files.put(group.group.file(), all);
      }
    }
    return Response.bytes(200, "application/yaml", Json.write(files));
  }

  private Response list(Request request) {
    var groups = new ArrayList<Map<String, @Nullable Object>>();
    synchronized (rules) {
      for (var group : rules.groups()) {
        groups.add(
            Json.object(
                "name",
                group.group.name(),
                "file",
                group.group.file(),
                "interval",
                group.interval.toMillis() / 1000.0,
                "rules",
                group.rules.stream().map(RuleRoutes::json).toList()));
      }
    }
    return LokiJson.success(Json.object("groups", groups));
  }

  private static Map<String, @Nullable Object> json(Ruler.AlertingRule rule) {
    return Json.object(
        "state",
        rule.states.state().text(),
        "name",
        rule.rule.name(),
        "query",
        rule.query.toString(),
        "duration",
        rule.rule.holdDuration().toMillis() / 1000.0,
        "keepFiringFor",
        rule.rule.keepFiringFor().toMillis() / 1000.0,
        "labels",
        rule.rule.labels().toMap(),
        "annotations",
        rule.rule.annotations().toMap(),
        "alerts",
        rule.states.active().stream().map(RuleRoutes::json).toList(),
        "health",
        rule.lastError.isEmpty() ? "ok" : "err",
        "lastError",
        rule.lastError,
        "evaluationTime",
        rule.lastDuration.toNanos() / 1e9,
        "lastEvaluation",
        rule.lastEvaluation.toString(),
        "type",
        "alerting");
  }

  private static Map<String, @Nullable Object> json(ActiveAlert alert) {
    return Json.object(
        "labels",
        alert.labels().toMap(),
        "annotations",
        alert.annotations().toMap(),
        "state",
        alert.state().text(),
        "activeAt",
        alert.activeAt().toString(),
        "value",
        GoFloat.decimal(alert.value()));
  }

  private Response alerts(Request request) {
    synchronized (rules) {
      return LokiJson.success(
          Json.object(
              "alerts",
              rules.groups().stream()
                  .flatMap(group -> group.rules.stream())
                  .flatMap(rule -> rule.states.active().stream())
                  .map(RuleRoutes::json)
                  .toList()));
    }
  }
}

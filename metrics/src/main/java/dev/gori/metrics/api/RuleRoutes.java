package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.gotext.GoString;
import dev.gori.kernel.label.Matcher;
import dev.gori.metrics.rules.GroupView;
import dev.gori.metrics.rules.RuleManager;
import dev.gori.promql.PromQl;
import dev.gori.rulefiles.ActiveAlert;
import dev.gori.rulefiles.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `rules` with pagination, `alerts`, `alertmanagers`.
final class RuleRoutes {

  private final RuleManager groups;
  private final PromQl promql;

  RuleRoutes(RuleManager groups, PromQl promql) {
    this.groups = groups;
    this.promql = promql;
  }

  void mount(Routes routes) {
    routes.get("/api/v1/rules", this::rules);
    routes.get("/api/v1/alerts", this::alerts);
    routes.get("/api/v1/alertmanagers", this::alertmanagers);
  }

  private record Wanted(
      String type,
      List<String> names,
      List<String> groups,
      List<String> files,
      boolean alerts,
      List<List<Matcher>> selectors) {
    boolean wants(Rule rule) {
      boolean kind =
          switch (rule) {
            case Rule.Recording _ -> !type.equals("alert");
            case Rule.Alerting _ -> !type.equals("record");
          };
      boolean selected =
          selectors.isEmpty()
              || selectors.stream()
                  .anyMatch(
                      matchers ->
                          matchers.stream().allMatch(matcher -> matcher.matches(rule.labels())));
      return kind && selected && (names.isEmpty() || names.contains(rule.name()));
    }
  }

  private Response rules(Request request) {
    var parameters = new Parameters(request);
    var type = parameters.text("type").orElse("").toLowerCase(Locale.ROOT);
    if (!List.of("", "alert", "record").contains(type)) {
      throw Parameters.invalid("type", "not supported value " + GoString.quote(type));
    }
    var wanted =
        new Wanted(
            type,
            parameters.texts("rule_name[]"),
            parameters.texts("rule_group[]"),
            parameters.texts("file[]"),
            !parameters.truth("exclude_alerts", "error converting exclude_alerts: "),
            parameters.unnamedSelectors(promql));
    var page = RuleGroupPage.of(parameters);
    var shown = new ArrayList<Map<String, @Nullable Object>>();
    for (var view : page.from(groups.views())) {
      var group = view.group();
      boolean asked =
          (wanted.groups().isEmpty() || wanted.groups().contains(group.name()))
              && (wanted.files().isEmpty() || wanted.files().contains(group.file()));
      var rules =
          view.rules().stream()
              .filter(rule -> asked && wanted.wants(rule.rule()))
              .map(rule -> rule(rule, wanted.alerts()))
              .toList();
      if (!rules.isEmpty() || (asked && view.rules().isEmpty())) {
        if (page.isFull(shown.size())) {
          return ApiResponse.data(
              Json.object("groups", shown, "groupNextToken", RuleGroupPage.token(view)));
        }
        shown.add(group(view, rules));
      }
    }
    return ApiResponse.data(Json.object("groups", shown));
  }

  private static Map<String, @Nullable Object> group(
      GroupView view, List<Map<String, @Nullable Object>> rules) {
    return Json.object(
        "name", view.group().name(),
        "file", view.group().file(),
        "rules", rules,
        "interval", GoText.seconds(view.interval()),
        "limit", view.group().limit(),
        "evaluationTime", GoText.seconds(view.took()),
        "lastEvaluation", view.lastEvaluation().map(GoText::time).orElse(GoText.NEVER));
  }

  private static Map<String, @Nullable Object> rule(GroupView.RuleView view, boolean alerts) {
    var json =
        switch (view.rule()) {
          case Rule.Alerting rule -> {
            var shown =
                Json.object(
                    "state",
                    view.state().text(),
                    "name",
                    rule.name(),
                    "query",
                    rule.expression(),
                    "duration",
                    GoText.seconds(rule.holdDuration()),
                    "keepFiringFor",
                    GoText.seconds(rule.keepFiringFor()),
                    "labels",
                    rule.labels().toMap(),
                    "annotations",
                    rule.annotations().toMap());
            shown.put(
                "alerts", alerts ? view.alerts().stream().map(RuleRoutes::alert).toList() : null);
            yield shown;
          }
          case Rule.Recording rule ->
              Json.object(
                  "name", rule.name(), "query", rule.expression(), "labels", rule.labels().toMap());
        };
    json.put("health", view.health().text());
    if (!view.lastError().isEmpty()) {
      json.put("lastError", view.lastError());
    }
    json.put("evaluationTime", GoText.seconds(view.took()));
    json.put("lastEvaluation", view.lastEvaluation().map(GoText::time).orElse(GoText.NEVER));
    json.put("type", view.rule() instanceof Rule.Alerting ? "alerting" : "recording");
    return json;
  }

  private static Map<String, @Nullable Object> alert(ActiveAlert alert) {
    var json =
        Json.object(
            "labels", alert.labels().toMap(),
            "annotations", alert.annotations().toMap(),
            "state", alert.state().text(),
            "activeAt", GoText.time(alert.activeAt()));
    alert.keepFiringSince().ifPresent(since -> json.put("keepFiringSince", GoText.time(since)));
    json.put("value", GoFloat.format(alert.value(), 'e', -1));
    return json;
  }

  private Response alerts(Request request) {
    var alerts =
        groups.views().stream()
            .flatMap(group -> group.rules().stream())
            .flatMap(rule -> rule.alerts().stream())
            .map(RuleRoutes::alert)
            .toList();
    return ApiResponse.data(Json.object("alerts", alerts));
  }

  private Response alertmanagers(Request request) {
    var active =
        groups.alertmanagers().stream()
            .map(uri -> Json.object("url", uri.toString().replaceAll("/+$", "") + "/api/v2/alerts"))
            .toList();
    return ApiResponse.data(
        Json.object("activeAlertmanagers", active, "droppedAlertmanagers", List.of()));
  }
}

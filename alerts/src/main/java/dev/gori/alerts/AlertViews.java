package dev.gori.alerts;

import dev.gori.alerts.routing.InhibitRule;
import dev.gori.base.json.Json;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.time.Time;
import dev.gori.templates.TimeValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Alerts as the API returns them, with the silences and alerts that mute them now.
final class AlertViews {

  /// The filter of a request.
  record Wanted(
      boolean active,
      boolean silenced,
      boolean inhibited,
      boolean unprocessed,
      Predicate<String> receiver,
      List<Matcher> filter) {}

  /// @param state `active`, `suppressed`, or `unprocessed` while no configuration is loaded
  private record View(Alert alert, Muter.MuteReasons why, List<String> receivers, String state) {}

  private final AlertStore alerts;
  private final SilenceStore silences;
  private final Dispatcher groups;
  private final Muter muter;
  private final Time time;

  AlertViews(AlertStore alerts, SilenceStore silences, Dispatcher groups, Muter muter, Time time) {
    this.alerts = alerts;
    this.silences = silences;
    this.groups = groups;
    this.muter = muter;
    this.time = time;
  }

  /// `GET /api/v2/alerts`, sorted by fingerprint.
  List<Map<String, @Nullable Object>> alerts(Wanted wanted) {
    return views(wanted, alerts.list()).stream().map(AlertViews::json).toList();
  }

  /// `GET /api/v2/alerts/groups`.
  List<Map<String, @Nullable Object>> grouped(Wanted wanted) {
    var all = new ArrayList<Map<String, @Nullable Object>>();
    for (var group : groups.groups()) {
      var views = views(wanted, group.alerts());
      if (!views.isEmpty() && wanted.receiver().test(group.route().receiver())) {
        all.add(
            Json.object(
                "alerts", views.stream().map(AlertViews::json).toList(),
                "labels", group.labels().toMap(),
                "receiver", Map.of("name", group.route().receiver())));
      }
    }
    return all;
  }

  Map<String, Integer> countByState() {
    var counts =
        new LinkedHashMap<String, Integer>(Map.of("active", 0, "suppressed", 0, "unprocessed", 0));
    var all = new Wanted(true, true, true, true, _ -> true, List.of());
    views(all, alerts.list()).forEach(view -> counts.merge(view.state(), 1, Integer::sum));
    return counts;
  }

  private List<View> views(Wanted wanted, List<Alert> alerts) {
    var now = time.now();
    var config = groups.config();
    var rules = config.map(s -> s.configuration().inhibitRules()).orElse(List.<InhibitRule>of());
    var firing = rules.isEmpty() ? List.<Labels>of() : muter.firing();
    var silences = this.silences.list();
    var views = new ArrayList<View>();
    for (var alert : alerts) {
      if (alert.isOver(now)
          || !wanted.filter().stream().allMatch(matcher -> matcher.matches(alert.labels()))) {
        continue;
      }
      var receivers =
          config
              .map(
                  s ->
                      s.configuration().route().match(alert.labels()).stream()
                          .map(r -> r.receiver())
                          .distinct()
                          .toList())
              .orElse(List.of());
      var why = muter.reasons(rules, firing, silences, alert.labels());
      var state = config.isEmpty() ? "unprocessed" : why.isEmpty() ? "active" : "suppressed";
      var view = new View(alert, why, receivers, state);
      if (isWanted(wanted, view)) {
        views.add(view);
      }
    }
    views.sort(Comparator.comparing(view -> view.alert().fingerprint()));
    return views;
  }

  private static boolean isWanted(Wanted wanted, View view) {
    return (wanted.active() || !view.state().equals("active"))
        && (wanted.unprocessed() || !view.state().equals("unprocessed"))
        && (wanted.silenced() || view.why().silencedBy().isEmpty())
        && (wanted.inhibited() || view.why().inhibitedBy().isEmpty())
        && (view.receivers().isEmpty() || view.receivers().stream().anyMatch(wanted.receiver()));
  }

  private static Map<String, @Nullable Object> json(View view) {
    var alert = view.alert();
    return Json.object(
        "annotations", alert.annotations().toMap(),
        "endsAt", time(alert.endsAt()),
        "fingerprint", alert.fingerprint(),
        "receivers", view.receivers().stream().map(name -> Map.of("name", name)).toList(),
        "startsAt", time(alert.startsAt()),
        "status",
            Json.object(
                "inhibitedBy",
                view.why().inhibitedBy(),
                "silencedBy",
                view.why().silencedBy(),
                "state",
                view.state()),
        "updatedAt", time(alert.updatedAt()),
        "generatorURL", alert.generatorUrl(),
        "labels", alert.labels().toMap());
  }

  /// Times as the API writes them: milliseconds, UTC.
  static String time(Instant instant) {
    return TimeValue.utc(instant).format("2006-01-02T15:04:05.000Z07:00");
  }
}

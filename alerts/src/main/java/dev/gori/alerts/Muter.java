package dev.gori.alerts;

import dev.gori.alerts.routing.Configuration;
import dev.gori.alerts.routing.InhibitRule;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import java.util.List;

/// Decides which alerts are muted: by silences, or by other alerts that inhibit them.
final class Muter {

  /// @param silencedBy ids of silences
  /// @param inhibitedBy fingerprints of alerts
  record MuteReasons(List<String> silencedBy, List<String> inhibitedBy) {
    boolean isEmpty() {
      return silencedBy.isEmpty() && inhibitedBy.isEmpty();
    }
  }

  private final AlertStore alerts;
  private final SilenceStore silences;
  private final Time time;

  Muter(AlertStore alerts, SilenceStore silences, Time time) {
    this.alerts = alerts;
    this.silences = silences;
    this.time = time;
  }

  List<Alert> unmuted(Configuration configuration, List<Alert> alerts) {
    var firing = configuration.inhibitRules().isEmpty() ? List.<Labels>of() : firing();
    var silences = this.silences.list();
    return alerts.stream()
        .filter(
            alert ->
                reasons(configuration.inhibitRules(), firing, silences, alert.labels()).isEmpty())
        .toList();
  }

  MuteReasons reasons(
      List<InhibitRule> rules, List<Labels> firing, List<Silence> silences, Labels labels) {
    var now = time.now();
    return new MuteReasons(
        silences.stream()
            .filter(silence -> silence.silences(labels, now))
            .map(Silence::id)
            .sorted()
            .toList(),
        InhibitRule.inhibitors(rules, firing.stream(), labels)
            .map(Alert::fingerprint)
            .sorted()
            .toList());
  }

  /// Labels of all firing alerts.
  List<Labels> firing() {
    var now = time.now();
    return alerts.list().stream().filter(alert -> !alert.isOver(now)).map(Alert::labels).toList();
  }
}

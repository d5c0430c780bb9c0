package dev.gori.delivery.controller;

import dev.gori.delivery.record.AlertRecord;
import dev.gori.delivery.record.DeliveryStore;
import dev.gori.kernel.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;

/// The alerts that delivery raised. The outbox stores them before it sends them, and sends them
/// again until the alerts role has accepted their end, so neither a restart nor an unreachable
/// alerts role loses one.
public final class AlertOutbox {

  /// The destination of alerts.
  @FunctionalInterface
  public interface Receiver {
    /// @return empty when it accepted them, else the reason
    Optional<String> send(List<AlertRecord> alerts);
  }

  private final DeliveryStore records;
  private final Receiver receiver;
  private final Time time;
  private final Logger log;

  public AlertOutbox(DeliveryStore records, Receiver receiver, Time time, Logger log) {
    this.records = records;
    this.receiver = receiver;
    this.time = time;
    this.log = log;
  }

  /// Raises an alert, or replaces the labels and annotations of one that fires.
  public void raise(String id, Map<String, String> labels, Map<String, String> annotations) {
    var starts = records.alert(id).map(AlertRecord::starts).orElse(time.now());
    records.alert(new AlertRecord(id, labels, annotations, starts, Optional.empty()));
    send();
  }

  /// Ends an alert; does nothing when it does not fire.
  ///
  /// @param after the minimum time that it fires, so that its receivers notice it
  public void end(String id, Duration after, Map<String, String> annotations) {
    records
        .alert(id)
        .filter(alert -> alert.ends().isEmpty())
        .ifPresent(
            alert -> {
              var heard = alert.starts().plus(after);
              records.alert(
                  alert.ending(heard.isAfter(time.now()) ? heard : time.now(), annotations));
              send();
            });
  }

  /// Sends the alerts that fire or have just ended. Omits an end in the future, so that the alert
  /// fires until then.
  public synchronized void send() {
    var now = time.now();
    var alerts = records.alerts();
    if (alerts.isEmpty()) {
      return;
    }
    var refused = receiver.send(alerts.stream().map(alert -> shown(alert, now)).toList());
    if (refused.isPresent()) {
      log.warn("alerts waiting={} reason={}", alerts.size(), refused.get());
      return;
    }
    alerts.stream()
        .filter(alert -> alert.ends().filter(end -> !end.isAfter(now)).isPresent())
        .forEach(alert -> records.alertDone(alert.id()));
  }

  private static AlertRecord shown(AlertRecord alert, Instant now) {
    return alert.ends().filter(end -> end.isAfter(now)).isPresent()
        ? new AlertRecord(
            alert.id(), alert.labels(), alert.annotations(), alert.starts(), Optional.empty())
        : alert;
  }
}

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

/// The alerts that delivery raised. They are kept before they are sent, and sent again until their
/// end has been heard, so neither a restart nor an alerts role that is away loses one.
public final class AlertOutbox {

  /// Where alerts go.
  @FunctionalInterface
  public interface Receiver {
    /// @return empty when they were taken, else why not
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

  /// Raises an alert, or changes the annotations of one that is on.
  public void raise(String id, Map<String, String> labels, Map<String, String> annotations) {
    var starts = records.alert(id).map(AlertRecord::starts).orElse(time.now());
    records.alert(new AlertRecord(id, labels, annotations, starts, Optional.empty()));
    send();
  }

  /// Lets an alert end; nothing happens when it is not on.
  ///
  /// @param after how long it stays on before, so that it is heard
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

  /// Sends everything that is on or has just ended. An end that lies ahead is kept back, so that
  /// the alert stays on until then.
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

package dev.gori.alerts;

import dev.gori.alerts.JournalRecords.Change;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The alerts that clients have sent, by fingerprint. Safe from any thread: the journal's lock
/// guards them.
final class AlertStore {

  /// A resolved alert is kept this long, so that its groups can report it.
  private static final Duration RESOLVED_FOR = Duration.ofMinutes(30);

  private final AlertsJournal journal;
  private final int max;
  private final Map<String, Alert> alerts = new TreeMap<>();

  /// @param max how many alerts may be held
  AlertStore(AlertsJournal journal, int max) {
    this.journal = journal;
    this.max = max;
  }

  /// Stores alerts as they were sent; each is merged with the stored one of its labels.
  ///
  /// @return the alerts as they are stored now
  /// @throws FaultException TOO_BUSY when there would be too many
  List<Alert> put(List<Alert> sent, Instant now) {
    synchronized (journal) {
      var merged = new LinkedHashMap<String, Alert>();
      for (var alert : sent) {
        var older = merged.getOrDefault(alert.fingerprint(), alerts.get(alert.fingerprint()));
        merged.put(alert.fingerprint(), older == null ? alert : alert.after(older, now));
      }
      long fresh =
          merged.keySet().stream().filter(fingerprint -> !alerts.containsKey(fingerprint)).count();
      if (alerts.size() + fresh > max) {
        throw new FaultException(
            Fault.TOO_BUSY,
            "%d alerts are held (expected: at most alerts.max_alerts %d)"
                .formatted(alerts.size(), max));
      }
      journal.write(merged.values().stream().map(alert -> (Change) new Change.Put(alert)).toList());
      return List.copyOf(merged.values());
    }
  }

  List<Alert> list() {
    synchronized (journal) {
      return List.copyOf(alerts.values());
    }
  }

  void apply(Change.Put put) {
    alerts.put(put.alert().fingerprint(), put.alert());
  }

  void apply(Change.Gone gone) {
    alerts.remove(gone.fingerprint());
  }

  /// @param isHeld whether a group still needs the alert of this fingerprint
  void expired(Instant now, Predicate<String> isHeld, List<Change> changes) {
    alerts.forEach(
        (fingerprint, alert) -> {
          if (alert.isOver(now.minus(RESOLVED_FOR)) && !isHeld.test(fingerprint)) {
            changes.add(new Change.Gone(fingerprint));
          }
        });
  }

  void snapshot(List<Change> changes) {
    alerts.values().forEach(alert -> changes.add(new Change.Put(alert)));
  }
}

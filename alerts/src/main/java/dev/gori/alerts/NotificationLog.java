package dev.gori.alerts;

import dev.gori.alerts.JournalRecords.Change;
import dev.gori.alerts.routing.Flush.NotifiedAlerts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// What each receiver was last notified of, by group and integration: Alertmanager's nflog. It
/// decides what a group still has to send. Safe from any thread: the journal's lock guards it.
final class NotificationLog {

  /// Entries for each alert that may be held: an alert is in several groups.
  private static final int ENTRIES_PER_ALERT = 10;

  private final AlertsJournal journal;
  private final long max;

  /// The entry that was written last is at the end.
  private final SequencedMap<String, NotifiedAlerts> entries = new LinkedHashMap<>();

  NotificationLog(AlertsJournal journal, int maxAlerts) {
    this.journal = journal;
    this.max = (long) ENTRIES_PER_ALERT * maxAlerts;
  }

  Optional<NotifiedAlerts> get(String key) {
    synchronized (journal) {
      return Optional.ofNullable(entries.get(key));
    }
  }

  /// Logs a notification. A disk that refuses it costs only its durability, so that a full disk
  /// does not make messages repeat.
  void log(String key, NotifiedAlerts notified) {
    synchronized (journal) {
      journal.writeOrKeep(new Change.NotificationLogEntry(key, notified));
    }
  }

  void apply(Change.NotificationLogEntry entry) {
    entries.remove(entry.key());
    entries.put(entry.key(), entry.notified());
    if (entries.size() > max) {
      entries.pollFirstEntry();
    }
  }

  void apply(Change.NotificationLogExpiry expiry) {
    entries.remove(expiry.key());
  }

  void expired(Instant forgotten, List<Change> changes) {
    entries.forEach(
        (key, notified) -> {
          if (notified.at().isBefore(forgotten)) {
            changes.add(new Change.NotificationLogExpiry(key));
          }
        });
  }

  void snapshot(List<Change> changes) {
    entries.forEach((key, notified) -> changes.add(new Change.NotificationLogEntry(key, notified)));
  }
}

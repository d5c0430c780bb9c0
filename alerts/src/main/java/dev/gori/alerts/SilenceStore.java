package dev.gori.alerts;

import dev.gori.alerts.JournalRecords.Change;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The silences, by id. Safe from any thread: the journal's lock guards them.
final class SilenceStore {

  private final AlertsJournal journal;
  private final int max;
  private final Map<String, Silence> silences = new LinkedHashMap<>();

  /// @param max how many silences may be held
  SilenceStore(AlertsJournal journal, int max) {
    this.journal = journal;
    this.max = max;
  }

  /// Stores new silences and new states of stored ones.
  ///
  /// @throws FaultException TOO_BUSY when there would be too many
  void put(Collection<Silence> changed) {
    synchronized (journal) {
      long fresh = changed.stream().filter(s -> !silences.containsKey(s.id())).count();
      if (silences.size() + fresh > max) {
        throw new FaultException(
            Fault.TOO_BUSY,
            "%d silences are held (expected: at most alerts.max_silences %d)"
                .formatted(silences.size(), max));
      }
      journal.write(changed.stream().map(s -> (Change) new Change.Silenced(s)).toList());
    }
  }

  List<Silence> list() {
    synchronized (journal) {
      return List.copyOf(silences.values());
    }
  }

  Optional<Silence> get(String id) {
    synchronized (journal) {
      return Optional.ofNullable(silences.get(id));
    }
  }

  void apply(Change.Silenced change) {
    silences.put(change.silence().id(), change.silence());
  }

  void apply(Change.Unsilenced change) {
    silences.remove(change.id());
  }

  void expired(Instant forgotten, List<Change> changes) {
    silences.values().stream()
        .filter(s -> s.endsAt().isBefore(forgotten))
        .forEach(s -> changes.add(new Change.Unsilenced(s.id())));
  }

  void snapshot(List<Change> changes) {
    silences.values().forEach(silence -> changes.add(new Change.Silenced(silence)));
  }
}

package dev.gori.alerts;

import dev.gori.alerts.JournalRecords.Change;
import dev.gori.alerts.routing.Flush.NotifiedAlerts;
import dev.gori.base.journal.Journal;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// All that must outlive the process: alerts, silences, what was said to whom, the inbox.
///
/// A change is in memory and on disk when a call returns; when the disk refuses it, it is in
/// neither, except for what was said to receivers: that is kept in memory all the same, so that a
/// full disk does not make messages repeat. The journal is written anew from memory when it has
/// grown, and when a refused write has made it useless. Threads: every call is safe from any
/// thread.
final class Book implements AutoCloseable {
  private static final long GROWN = 8L << 20;

  /// Characters of all messages of the inbox together.
  private static final long LARGEST_INBOX = 8L << 20;

  /// What was said is remembered of this many groups for each alert that may be held.
  private static final int SAID_FOR_AN_ALERT = 10;

  private final Disk disk;
  private final Path folder;
  private final AlertsSettings settings;
  private final Logger log;
  private final Map<String, Alert> alerts = new TreeMap<>();
  private final Map<String, Silence> silences = new LinkedHashMap<>();

  /// The last said at the end.
  private final SequencedMap<String, NotifiedAlerts> said = new LinkedHashMap<>();

  private final Deque<InboxMessage> inbox = new ArrayDeque<>();
  private @Nullable Journal journal;
  private long lastLetter;
  private long written;

  private Book(Disk disk, Path folder, AlertsSettings settings, Logger log) {
    this.disk = disk;
    this.folder = folder;
    this.settings = settings;
    this.log = log;
  }

  static Book open(Disk disk, Path folder, AlertsSettings settings, Logger log) throws IOException {
    var book = new Book(disk, folder, settings, log);
    book.journal = book.openJournal(book::replay);
    book.rewrite();
    return book;
  }

  private Journal openJournal(Consumer<ByteBuffer> replay) throws IOException {
    return Journal.open(
        disk,
        folder,
        Journal.Settings.DEFAULTS,
        replay,
        what -> log.warn("alerts journal {}", what));
  }

  private void replay(ByteBuffer payload) {
    try {
      apply(JournalRecords.read(payload));
    } catch (RuntimeException e) {
      log.warn(
          "alerts journal {}: a record of {} bytes is left out: {}",
          folder,
          payload.limit(),
          e.getMessage());
    }
  }

  private void apply(Change change) {
    switch (change) {
      case Change.Put(Alert alert) -> alerts.put(alert.fingerprint(), alert);
      case Change.Gone(String fingerprint) -> alerts.remove(fingerprint);
      case Change.Silenced(Silence silence) -> silences.put(silence.id(), silence);
      case Change.Unsilenced(String id) -> silences.remove(id);
      case Change.NotificationLogEntry(String key, NotifiedAlerts what) -> {
        said.remove(key);
        said.put(key, what);
        if (said.size() > (long) SAID_FOR_AN_ALERT * settings.maxAlerts()) {
          said.pollFirstEntry();
        }
      }
      case Change.NotificationLogExpiry(String key) -> said.remove(key);
      case Change.Received(InboxMessage letter) -> {
        inbox.removeIf(other -> other.id() == letter.id());
        inbox.addLast(letter);
        lastLetter = Math.max(lastLetter, letter.id());
        long size = inbox.stream().mapToLong(one -> one.body().length()).sum();
        while (inbox.size() > settings.inboxMessages()
            || (size > LARGEST_INBOX && inbox.size() > 1)) {
          size -= inbox.removeFirst().body().length();
        }
      }
    }
  }

  /// @throws FaultException STORAGE_FULL when the disk does not take it; then nothing has changed
  private void change(List<Change> changes) {
    try {
      store(changes);
    } catch (IOException e) {
      throw new FaultException(
          Fault.STORAGE_FULL, "alerts journal %s: %s".formatted(folder, e.getMessage()), e);
    }
    changes.forEach(this::apply);
  }

  private void store(List<Change> changes) throws IOException {
    var live = journal;
    if (live == null) {
      live = reopen();
    }
    try {
      for (var change : changes) {
        var bytes = JournalRecords.bytes(change);
        written += bytes.remaining();
        live.append(bytes);
      }
      live.sync();
    } catch (IOException e) {
      abandon(live);
      throw e;
    }
  }

  private void abandon(Journal live) {
    journal = null;
    try {
      live.close();
    } catch (IOException e) {
      log.debug("closing the failed journal: {}", e.getMessage());
    }
  }

  /// After a failed write the journal may hold what memory does not: memory is written over it.
  private Journal reopen() throws IOException {
    var fresh = openJournal(_ -> {});
    try {
      snapshot(fresh);
    } catch (IOException e) {
      abandon(fresh);
      throw e;
    }
    journal = fresh;
    return fresh;
  }

  private void rewrite() throws IOException {
    var live = journal;
    if (live != null) {
      snapshot(live);
    }
  }

  /// Writes all that is held into a new segment and drops the older ones.
  private void snapshot(Journal live) throws IOException {
    long segment = live.cut();
    var all = new ArrayList<Change>();
    alerts.values().forEach(alert -> all.add(new Change.Put(alert)));
    silences.values().forEach(silence -> all.add(new Change.Silenced(silence)));
    said.forEach((key, what) -> all.add(new Change.NotificationLogEntry(key, what)));
    inbox.forEach(letter -> all.add(new Change.Received(letter)));
    for (var change : all) {
      live.append(JournalRecords.bytes(change));
    }
    live.sync();
    live.dropBefore(segment);
    written = 0;
  }

  /// Adds what is missing, takes what is over, and keeps the journal short. Called now and then.
  synchronized void sweep(Instant now, Predicate<String> isHeld) {
    var gone = new ArrayList<Change>();
    alerts.forEach(
        (fingerprint, alert) -> {
          if (alert.isOver(now.minusSeconds(30 * 60)) && !isHeld.test(fingerprint)) {
            gone.add(new Change.Gone(fingerprint));
          }
        });
    var forgotten = now.minus(settings.retention());
    silences.values().stream()
        .filter(s -> s.endsAt().isBefore(forgotten))
        .forEach(s -> gone.add(new Change.Unsilenced(s.id())));
    said.forEach(
        (key, what) -> {
          if (what.at().isBefore(forgotten)) {
            gone.add(new Change.NotificationLogExpiry(key));
          }
        });
    try {
      if (journal == null) {
        reopen();
      }
      if (!gone.isEmpty()) {
        change(gone);
      }
      if (written > GROWN) {
        rewrite();
      }
    } catch (IOException | FaultException e) {
      var live = journal;
      if (live != null) {
        abandon(live);
      }
      log.error(
          "alerts journal cannot be written, what changes now is lost at a restart: {}",
          e.getMessage());
    }
  }

  /// Takes alerts as they were sent; each is joined with what is held of it.
  ///
  /// @return the alerts as they are held now
  /// @throws FaultException TOO_BUSY when there would be too many
  synchronized List<Alert> put(List<Alert> sent, Instant now) {
    var joined = new LinkedHashMap<String, Alert>();
    for (var alert : sent) {
      var older = joined.getOrDefault(alert.fingerprint(), alerts.get(alert.fingerprint()));
      joined.put(alert.fingerprint(), older == null ? alert : alert.after(older, now));
    }
    long fresh =
        joined.keySet().stream().filter(fingerprint -> !alerts.containsKey(fingerprint)).count();
    if (alerts.size() + fresh > settings.maxAlerts()) {
      throw new FaultException(
          Fault.TOO_BUSY,
          "%d alerts are held (expected: at most alerts.max_alerts %d)"
              .formatted(alerts.size(), settings.maxAlerts()));
    }
    change(joined.values().stream().map(alert -> (Change) new Change.Put(alert)).toList());
    return List.copyOf(joined.values());
  }

  synchronized List<Alert> alerts() {
    return List.copyOf(alerts.values());
  }

  synchronized List<Silence> silences() {
    return List.copyOf(silences.values());
  }

  synchronized Optional<Silence> silence(String id) {
    return Optional.ofNullable(silences.get(id));
  }

  synchronized void put(Collection<Silence> changed) {
    long fresh = changed.stream().filter(s -> !silences.containsKey(s.id())).count();
    if (silences.size() + fresh > settings.maxSilences()) {
      throw new FaultException(
          Fault.TOO_BUSY,
          "%d silences are held (expected: at most alerts.max_silences %d)"
              .formatted(silences.size(), settings.maxSilences()));
    }
    change(changed.stream().map(s -> (Change) new Change.Silenced(s)).toList());
  }

  synchronized Optional<NotifiedAlerts> said(String key) {
    return Optional.ofNullable(said.get(key));
  }

  /// Remembers what was said, also when the disk does not.
  synchronized void tell(String key, NotifiedAlerts what) {
    var told = new Change.NotificationLogEntry(key, what);
    try {
      store(List.of(told));
    } catch (IOException e) {
      log.error(
          "what was said is not on disk and may be said again after a restart key={}: {}",
          key,
          e.getMessage());
    }
    apply(told);
  }

  synchronized InboxMessage receive(String body, Instant now) {
    var letter = new InboxMessage(lastLetter + 1, now, body);
    change(List.of(new Change.Received(letter)));
    return letter;
  }

  /// Newest first.
  synchronized List<InboxMessage> inbox() {
    return List.copyOf(inbox.reversed());
  }

  /// Whether changes reach the disk.
  synchronized boolean isDurable() {
    return journal != null;
  }

  @Override
  public synchronized void close() {
    var live = journal;
    if (live != null) {
      abandon(live);
    }
  }
}

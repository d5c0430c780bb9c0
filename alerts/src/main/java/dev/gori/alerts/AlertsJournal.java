package dev.gori.alerts;

import dev.gori.alerts.JournalRecords.Change;
import dev.gori.base.journal.Journal;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Keeps alerts, silences, the notification log and the inbox over a restart, in one journal
/// (`docs/formats/alerts-journal.md`).
///
/// A change is in memory and on disk when a call returns; when the disk refuses it, it is in
/// neither, except for entries of the notification log. The journal is rewritten from memory when
/// it has grown, and when a refused write has made it useless. Threads: every call of the journal
/// and its stores is safe from any thread; this object is their one lock.
final class AlertsJournal implements AutoCloseable {

  /// Bytes of changes after which the journal is rewritten.
  private static final long GROWN = 8L << 20;

  private final Disk disk;
  private final Path folder;
  private final AlertsSettings settings;
  private final Logger log;
  private final AlertStore alerts;
  private final SilenceStore silences;
  private final NotificationLog notifications;
  private final InboxStore inbox;
  private @Nullable Journal journal;
  private long written;

  private AlertsJournal(Disk disk, Path folder, AlertsSettings settings, Logger log) {
    this.disk = disk;
    this.folder = folder;
    this.settings = settings;
    this.log = log;
    alerts = new AlertStore(this, settings.maxAlerts());
    silences = new SilenceStore(this, settings.maxSilences());
    notifications = new NotificationLog(this, settings.maxAlerts());
    inbox = new InboxStore(this, settings.inboxMessages());
  }

  static AlertsJournal open(Disk disk, Path folder, AlertsSettings settings, Logger log)
      throws IOException {
    var opened = new AlertsJournal(disk, folder, settings, log);
    synchronized (opened) {
      var journal = opened.openJournal(opened::replay);
      opened.journal = journal;
      opened.rewrite(journal);
    }
    return opened;
  }

  AlertStore alerts() {
    return alerts;
  }

  SilenceStore silences() {
    return silences;
  }

  NotificationLog notifications() {
    return notifications;
  }

  InboxStore inbox() {
    return inbox;
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
          "alerts journal {}: a record of {} bytes is ignored: {}",
          folder,
          payload.limit(),
          e.getMessage());
    }
  }

  private void apply(Change change) {
    switch (change) {
      case Change.Put put -> alerts.apply(put);
      case Change.Gone gone -> alerts.apply(gone);
      case Change.Silenced silenced -> silences.apply(silenced);
      case Change.Unsilenced unsilenced -> silences.apply(unsilenced);
      case Change.NotificationLogEntry entry -> notifications.apply(entry);
      case Change.NotificationLogExpiry expiry -> notifications.apply(expiry);
      case Change.Received received -> inbox.apply(received);
    }
  }

  /// Writes changes to the disk, then applies them to the stores. The caller holds the lock.
  ///
  /// @throws FaultException STORAGE_FULL when the disk refuses them; then nothing has changed
  void write(List<Change> changes) {
    try {
      append(changes);
    } catch (IOException e) {
      throw new FaultException(
          Fault.STORAGE_FULL, "alerts journal %s: %s".formatted(folder, e.getMessage()), e);
    }
    changes.forEach(this::apply);
  }

  /// Applies an entry of the notification log also when the disk refuses it. The caller holds the
  /// lock.
  void writeOrKeep(Change.NotificationLogEntry entry) {
    try {
      append(List.of(entry));
    } catch (IOException e) {
      log.error(
          "a notification is not on disk and may be sent again after a restart key={}: {}",
          entry.key(),
          e.getMessage());
    }
    apply(entry);
  }

  private void append(List<Change> changes) throws IOException {
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

  /// After a failed write the journal may hold what memory does not: it is rewritten from memory.
  private Journal reopen() throws IOException {
    var fresh = openJournal(_ -> {});
    try {
      rewrite(fresh);
    } catch (IOException e) {
      abandon(fresh);
      throw e;
    }
    journal = fresh;
    return fresh;
  }

  /// Writes the state of all stores into a new segment and drops the older ones.
  private void rewrite(Journal live) throws IOException {
    long segment = live.cut();
    var all = new ArrayList<Change>();
    alerts.snapshot(all);
    silences.snapshot(all);
    notifications.snapshot(all);
    inbox.snapshot(all);
    for (var change : all) {
      live.append(JournalRecords.bytes(change));
    }
    live.sync();
    live.dropBefore(segment);
    written = 0;
  }

  /// Removes what has expired, reopens the journal after a failed write and rewrites it when it has
  /// grown. Called periodically.
  ///
  /// @param isHeld whether a group still needs the alert of this fingerprint
  synchronized void maintain(Instant now, Predicate<String> isHeld) {
    var expired = new ArrayList<Change>();
    var forgotten = now.minus(settings.retention());
    alerts.expired(now, isHeld, expired);
    silences.expired(forgotten, expired);
    notifications.expired(forgotten, expired);
    try {
      var live = journal == null ? reopen() : journal;
      if (!expired.isEmpty()) {
        write(expired);
      }
      if (written > GROWN) {
        rewrite(live);
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

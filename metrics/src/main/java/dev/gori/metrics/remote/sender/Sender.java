package dev.gori.metrics.remote.sender;

import dev.gori.base.run.Repeating;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.relabel.Relabel;
import dev.gori.metrics.remote.sender.SendCounts.DropReason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Brings the queue to one receiver: one request after the other, each until it is taken or
/// refused. Where it has got is on disk before the next request leaves.
final class Sender implements AutoCloseable {

  /// What all senders have in common.
  ///
  /// @param known what is known of metrics, by their names
  /// @param passed is told when the sender has got further
  record Common(
      Queue queue,
      Disk disk,
      Supplier<Labels> external,
      Supplier<Map<String, MetricMetadata>> known,
      Time time,
      Logger log,
      SendCounts counts,
      Runnable passed) {}

  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(5);
  private static final int MOST_CAUSES = 100;

  private final Destination to;
  private final Path file;
  private final Receiver receiver;
  private final MetadataSending metadata;
  private final Common common;
  private final Time time;
  private final Logger log;
  private final SendCounts counts;
  private final Random random = new Random();
  private final Set<String> causes = new HashSet<>();
  private final ReentrantLock sending = new ReentrantLock();
  private final Object planning = new Object();
  private volatile Position position;
  private int failures;
  private Time.@Nullable Handle planned;
  private Instant plannedFor = Instant.MAX;
  private Instant notBefore = Instant.MIN;
  private Instant partialAt = Instant.MIN;
  private @Nullable Repeating telling;
  private boolean started;
  private volatile boolean stopped;

  /// @param file that holds the position
  Sender(Destination to, Path file, Position position, Receiver receiver, Common common) {
    this.to = to;
    this.file = file;
    this.position = position;
    this.receiver = receiver;
    this.common = common;
    this.time = common.time();
    this.log = common.log();
    this.counts = common.counts();
    this.metadata = new MetadataSending(to, receiver, common.known(), counts, log);
    counts.begins(to);
  }

  Destination to() {
    return to;
  }

  Position position() {
    return position;
  }

  Counts pending() {
    var all = common.queue().total().since(position.counts());
    return new Counts(
        all.samples(),
        to.content().histograms() ? all.histograms() : 0,
        to.content().exemplars() ? all.exemplars() : 0);
  }

  /// Sends what is queued from before, then what comes.
  void start() {
    synchronized (planning) {
      started = true;
    }
    plan(time.now());
    var about = to.content().metadata();
    if (about.sent()) {
      telling =
          Repeating.startAfter(
              Duration.ZERO, time, "forwarding-metadata", about.interval(), metadata::round);
    }
  }

  /// Something was queued: it is sent when there is enough for a request, or after a while.
  void wake() {
    boolean enough = common.queue().total().since(position.counts()).all() >= to.pace().most();
    Instant when;
    synchronized (planning) {
      var now = time.now();
      partialAt = partialAt.equals(Instant.MIN) ? now.plus(to.pace().patience()) : partialAt;
      when = enough ? now : partialAt;
      when = when.isBefore(notBefore) ? notBefore : when;
    }
    plan(when);
  }

  private void plan(Instant when) {
    synchronized (planning) {
      if (!started || stopped || !when.isBefore(plannedFor)) {
        return;
      }
      if (planned != null) {
        planned.close();
      }
      plannedFor = when;
      planned = time.at(when, this::round);
    }
  }

  private void round() {
    sending.lock();
    try {
      synchronized (planning) {
        planned = null;
        plannedFor = Instant.MAX;
      }
      sendAll();
    } catch (IOException e) {
      say("disk", "the queue's disk fails: " + e.getMessage());
      later(AFTER_A_FAILURE);
    } catch (RuntimeException | Error e) {
      log.error("forwarding to={} failed, and is tried again", to.name(), e);
      later(AFTER_A_FAILURE);
    } finally {
      sending.unlock();
    }
  }

  private void sendAll() throws IOException {
    while (!stopped) {
      var parcel = SendBatch.take(common.queue(), position, to.pace().most());
      if (!parcel.lost().isNone()) {
        counts.dropped(to, DropReason.LOST_FROM_QUEUE, parcel.lost());
        position =
            new Position(position.place(), position.counts().plus(parcel.lost()), position.begun());
        log.warn(
            "forwarding to={} lost={} samples that left the queue before they were sent",
            to.name(),
            parcel.lost().all());
      }
      if (parcel.isEmpty()) {
        nothingWaits();
        return;
      }
      if (!(parcel.isFull() || isDue()) || !send(parcel)) {
        return;
      }
    }
  }

  private void nothingWaits() {
    synchronized (planning) {
      partialAt = Instant.MIN;
    }
  }

  /// Whether a request goes that is not full; if not yet, a round is planned for then.
  private boolean isDue() {
    Instant due;
    synchronized (planning) {
      due = partialAt;
      if (!time.now().isBefore(due)) {
        partialAt = Instant.MIN;
        return true;
      }
    }
    plan(due);
    return false;
  }

  private boolean send(SendBatch parcel) throws IOException {
    var items = wanted(parcel.items());
    var young = items.stream().filter(item -> !isTooOld(item)).toList();
    var kept = leaving(young);
    var dropped =
        Map.of(
            DropReason.TOO_OLD, QueueItem.count(items).since(QueueItem.count(young)),
            DropReason.DROPPED_SERIES, QueueItem.count(young).since(QueueItem.count(kept)));
    if (kept.isEmpty()) {
      advance(parcel, dropped);
      return true;
    }
    begin(parcel);
    var packed = WriteMessage.packed(to.content().protocol(), kept, metadata.beside());
    long began = System.nanoTime();
    var outcome = receiver.send(packed);
    counts.took(to, System.nanoTime() - began);
    return switch (outcome) {
      case Outcome.Taken() -> {
        reached();
        counts.sent(
            to,
            QueueItem.count(kept),
            packed.length,
            kept.stream().mapToLong(QueueItem::millis).max().orElse(0));
        advance(parcel, dropped);
        yield true;
      }
      case Outcome.Refused(int status, String why) -> {
        reached();
        counts.failed(to, QueueItem.count(kept));
        say(
            "refused " + status,
            "a request of %d samples is refused and dropped: %s".formatted(kept.size(), why));
        advance(parcel, dropped);
        yield true;
      }
      case Outcome.Later(String why, Duration after) -> {
        putOff(why, after, QueueItem.count(kept));
        yield false;
      }
    };
  }

  /// A receiver may take a request whose answer never comes here. Many refuse a whole request for
  /// one sample that they have, so what is sent again must not have grown by new ones. A full
  /// request cannot grow; where the other ends is on disk before it leaves.
  private void begin(SendBatch parcel) throws IOException {
    if (!parcel.isFull()) {
      position = position.withBegun(parcel.after().place());
      save();
    }
  }

  private List<QueueItem> wanted(List<QueueItem> items) {
    var wanted = new ArrayList<QueueItem>(items.size());
    for (var item : items) {
      boolean sent =
          switch (item) {
            case QueueItem.Value _ -> true;
            case QueueItem.Native _ -> to.content().histograms();
            case QueueItem.Example _ -> to.content().exemplars();
          };
      if (sent) {
        wanted.add(item);
      }
    }
    return wanted;
  }

  private boolean isTooOld(QueueItem item) {
    var oldest = to.pace().oldest();
    return oldest.isPositive() && item.millis() < time.millis() - oldest.toMillis();
  }

  /// The items as they leave: with the external labels, and relabelled.
  private List<QueueItem> leaving(List<QueueItem> items) {
    var external = common.external().get();
    var found = new HashMap<Labels, Optional<Labels>>();
    var leaving = new ArrayList<QueueItem>(items.size());
    for (var item : items) {
      found
          .computeIfAbsent(
              item.series(), series -> Relabel.all(to.relabel(), external.overlaid(series)))
          .filter(labels -> !labels.isEmpty())
          .ifPresent(labels -> leaving.add(item.of(labels)));
    }
    return leaving;
  }

  private void advance(SendBatch parcel, Map<DropReason, Counts> dropped) throws IOException {
    dropped.forEach((reason, count) -> counts.dropped(to, reason, count));
    position = parcel.after();
    save();
    common.passed().run();
  }

  /// Puts where it is on disk.
  void save() throws IOException {
    common.disk().writeWhole(file, position.text());
  }

  private void putOff(String why, Duration after, Counts count) {
    if (stopped) {
      return;
    }
    failures++;
    counts.retried(to, count);
    if (failures == 1) {
      log.warn("forwarding to={} at {} is put off, samples wait: {}", to.name(), to.url(), why);
    }
    var delay = to.pace().backoff().delay(failures, random);
    later(delay.compareTo(after) < 0 ? after : delay);
  }

  private void later(Duration pause) {
    Instant when;
    synchronized (planning) {
      notBefore = time.now().plus(pause);
      partialAt = notBefore; // what waits then goes, full or not
      when = notBefore;
    }
    plan(when);
  }

  private void reached() {
    if (failures > 0) {
      log.info("forwarding to={} goes on after {} failed calls", to.name(), failures);
    }
    failures = 0;
    synchronized (planning) {
      notBefore = Instant.MIN;
    }
  }

  /// Once for each cause.
  private void say(String cause, String what) {
    if (causes.size() < MOST_CAUSES && causes.add(cause)) {
      log.warn(
          "forwarding to={} at {}: {} (said once; see prometheus_remote_storage_samples_failed_total)",
          to.name(),
          to.url(),
          what);
    }
  }

  @Override
  public void close() {
    synchronized (planning) {
      stopped = true;
      if (planned != null) {
        planned.close();
      }
    }
    receiver.close(); // ends a call that is under way
    if (telling != null) {
      telling.close();
    }
    sending.lock();
    sending.unlock();
  }
}

package dev.gori.metrics.remote.sender;

import dev.gori.base.run.PeriodicTask;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.relabel.Relabel;
import dev.gori.metrics.remote.sender.QueueManagerMetrics.DropReason;
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

/// Sends the queue to one destination: one request after another, each until it is accepted or
/// rejected. The position is on disk before the next request is sent.
final class QueueManager implements AutoCloseable {

  /// What all queue managers share.
  ///
  /// @param metadata metric metadata by metric name
  /// @param advanced runs when the position has advanced
  record Shared(
      DiskQueue queue,
      Disk disk,
      Supplier<Labels> external,
      Supplier<Map<String, MetricMetadata>> metadata,
      Time time,
      Logger log,
      QueueManagerMetrics counts,
      Runnable advanced) {}

  private static final Duration DISK_RETRY_DELAY = Duration.ofSeconds(5);
  private static final int MAX_LOGGED_CAUSES = 100;

  private final RemoteWriteConfig to;
  private final Path file;
  private final WriteClient client;
  private final MetadataWatcher metadataWatcher;
  private final Shared shared;
  private final Time time;
  private final Logger log;
  private final QueueManagerMetrics metrics;
  private final Random random = new Random();
  private final Set<String> loggedCauses = new HashSet<>();
  private final ReentrantLock sending = new ReentrantLock();
  private final Object scheduleLock = new Object();
  private volatile QueuePosition position;
  private int failures;
  private Time.@Nullable Handle scheduled;
  private Instant scheduledFor = Instant.MAX;
  private Instant notBefore = Instant.MIN;
  private Instant batchDeadline = Instant.MIN;
  private @Nullable PeriodicTask metadataTask;
  private boolean started;
  private volatile boolean stopped;

  /// @param file of the position
  QueueManager(
      RemoteWriteConfig to,
      Path file,
      QueuePosition position,
      WriteClient receiver,
      Shared common) {
    this.to = to;
    this.file = file;
    this.position = position;
    this.client = receiver;
    this.shared = common;
    this.time = common.time();
    this.log = common.log();
    this.metrics = common.counts();
    this.metadataWatcher = new MetadataWatcher(to, receiver, common.metadata(), metrics, log);
    metrics.register(to);
  }

  RemoteWriteConfig to() {
    return to;
  }

  QueuePosition position() {
    return position;
  }

  SampleCounts pending() {
    var all = shared.queue().total().minus(position.counts());
    return new SampleCounts(
        all.samples(),
        to.content().histograms() ? all.histograms() : 0,
        to.content().exemplars() ? all.exemplars() : 0);
  }

  /// Starts sending, beginning with what is queued already.
  void start() {
    synchronized (scheduleLock) {
      started = true;
    }
    schedule(time.now());
    var metadataConfig = to.content().metadata();
    if (metadataConfig.send()) {
      metadataTask =
          PeriodicTask.startAfter(
              Duration.ZERO,
              time,
              "remote-write-metadata",
              metadataConfig.interval(),
              metadataWatcher::sendAll);
    }
  }

  /// Called after items were queued: sends them when a request is full, or after the batch send
  /// deadline.
  void wake() {
    boolean enough =
        shared.queue().total().minus(position.counts()).total()
            >= to.queueConfig().maxSamplesPerSend();
    Instant when;
    synchronized (scheduleLock) {
      var now = time.now();
      batchDeadline =
          batchDeadline.equals(Instant.MIN)
              ? now.plus(to.queueConfig().batchSendDeadline())
              : batchDeadline;
      when = enough ? now : batchDeadline;
      when = when.isBefore(notBefore) ? notBefore : when;
    }
    schedule(when);
  }

  private void schedule(Instant when) {
    synchronized (scheduleLock) {
      if (!started || stopped || !when.isBefore(scheduledFor)) {
        return;
      }
      if (scheduled != null) {
        scheduled.close();
      }
      scheduledFor = when;
      scheduled = time.at(when, this::sendRound);
    }
  }

  private void sendRound() {
    sending.lock();
    try {
      synchronized (scheduleLock) {
        scheduled = null;
        scheduledFor = Instant.MAX;
      }
      sendAll();
    } catch (IOException e) {
      logOnce("disk", "the disk of the queue failed: " + e.getMessage());
      retryAfter(DISK_RETRY_DELAY);
    } catch (RuntimeException | Error e) {
      log.error("remote write to={} failed, will retry", to.name(), e);
      retryAfter(DISK_RETRY_DELAY);
    } finally {
      sending.unlock();
    }
  }

  private void sendAll() throws IOException {
    while (!stopped) {
      var batch = SendBatch.take(shared.queue(), position, to.queueConfig().maxSamplesPerSend());
      if (!batch.lost().isNone()) {
        metrics.dropped(to, DropReason.LOST_FROM_QUEUE, batch.lost());
        position =
            new QueuePosition(
                position.offset(), position.counts().plus(batch.lost()), position.batchEnd());
        log.warn(
            "remote write to={} lost={} samples were deleted from the queue before they were sent",
            to.name(),
            batch.lost().total());
      }
      if (batch.isEmpty()) {
        clearBatchDeadline();
        return;
      }
      if (!(batch.isFull() || isDue()) || !send(batch)) {
        return;
      }
    }
  }

  private void clearBatchDeadline() {
    synchronized (scheduleLock) {
      batchDeadline = Instant.MIN;
    }
  }

  /// Whether to send a request that is not full; otherwise schedules it.
  private boolean isDue() {
    Instant due;
    synchronized (scheduleLock) {
      due = batchDeadline;
      if (!time.now().isBefore(due)) {
        batchDeadline = Instant.MIN;
        return true;
      }
    }
    schedule(due);
    return false;
  }

  private boolean send(SendBatch batch) throws IOException {
    var items = withoutTooOld(batch.items());
    var young = items.stream().filter(item -> !isTooOld(item)).toList();
    var kept = relabelled(young);
    var dropped =
        Map.of(
            DropReason.TOO_OLD, QueueItem.count(items).minus(QueueItem.count(young)),
            DropReason.DROPPED_SERIES, QueueItem.count(young).minus(QueueItem.count(kept)));
    if (kept.isEmpty()) {
      advance(batch, dropped);
      return true;
    }
    recordBatchEnd(batch);
    var packed =
        WriteRequestEncoder.compressed(to.content().protocol(), kept, metadataWatcher.withSeries());
    long began = System.nanoTime();
    var outcome = client.send(packed);
    metrics.observeDuration(to, System.nanoTime() - began);
    return switch (outcome) {
      case SendResult.Accepted() -> {
        resetFailures();
        metrics.sent(
            to,
            QueueItem.count(kept),
            packed.length,
            kept.stream().mapToLong(QueueItem::millis).max().orElse(0));
        advance(batch, dropped);
        yield true;
      }
      case SendResult.Rejected(int status, String why) -> {
        resetFailures();
        metrics.failed(to, QueueItem.count(kept));
        logOnce(
            "rejected " + status,
            "a request of %d samples was rejected and dropped: %s".formatted(kept.size(), why));
        advance(batch, dropped);
        yield true;
      }
      case SendResult.Recoverable(String why, Duration after) -> {
        backOff(why, after, QueueItem.count(kept));
        yield false;
      }
    };
  }

  /// A receiver may have stored a request whose response got lost, and many reject a whole request
  /// because of one duplicate. So a retried request must have the same items as before. A full
  /// request cannot grow; the end of any other is on disk before it is sent.
  private void recordBatchEnd(SendBatch batch) throws IOException {
    if (!batch.isFull()) {
      position = position.withBatchEnd(batch.after().offset());
      save();
    }
  }

  private List<QueueItem> withoutTooOld(List<QueueItem> items) {
    var wanted = new ArrayList<QueueItem>(items.size());
    for (var item : items) {
      boolean sent =
          switch (item) {
            case QueueItem.FloatSample _ -> true;
            case QueueItem.HistogramSample _ -> to.content().histograms();
            case QueueItem.ExemplarSample _ -> to.content().exemplars();
          };
      if (sent) {
        wanted.add(item);
      }
    }
    return wanted;
  }

  private boolean isTooOld(QueueItem item) {
    var oldest = to.queueConfig().sampleAgeLimit();
    return oldest.isPositive() && item.millis() < time.millis() - oldest.toMillis();
  }

  /// The items with external labels and relabelling applied.
  private List<QueueItem> relabelled(List<QueueItem> items) {
    var external = shared.external().get();
    var found = new HashMap<Labels, Optional<Labels>>();
    var leaving = new ArrayList<QueueItem>(items.size());
    for (var item : items) {
      found
          .computeIfAbsent(
              item.series(), series -> Relabel.all(to.relabel(), external.overlaid(series)))
          .filter(labels -> !labels.isEmpty())
          .ifPresent(labels -> leaving.add(item.withLabels(labels)));
    }
    return leaving;
  }

  private void advance(SendBatch batch, Map<DropReason, SampleCounts> dropped) throws IOException {
    dropped.forEach((reason, count) -> metrics.dropped(to, reason, count));
    position = batch.after();
    save();
    shared.advanced().run();
  }

  /// Writes the position to disk.
  void save() throws IOException {
    shared.disk().writeWhole(file, position.text());
  }

  private void backOff(String why, Duration after, SampleCounts count) {
    if (stopped) {
      return;
    }
    failures++;
    metrics.retried(to, count);
    if (failures == 1) {
      log.warn("remote write to={} at {} failed, will retry: {}", to.name(), to.url(), why);
    }
    var delay = to.queueConfig().backoff().delay(failures, random);
    retryAfter(delay.compareTo(after) < 0 ? after : delay);
  }

  private void retryAfter(Duration pause) {
    Instant when;
    synchronized (scheduleLock) {
      notBefore = time.now().plus(pause);
      batchDeadline = notBefore; // then send what is queued, full or not
      when = notBefore;
    }
    schedule(when);
  }

  private void resetFailures() {
    if (failures > 0) {
      log.info("remote write to={} recovered after {} failed requests", to.name(), failures);
    }
    failures = 0;
    synchronized (scheduleLock) {
      notBefore = Instant.MIN;
    }
  }

  /// Logs each cause once.
  private void logOnce(String cause, String what) {
    if (loggedCauses.size() < MAX_LOGGED_CAUSES && loggedCauses.add(cause)) {
      log.warn(
          "remote write to={} at {}: {} (logged once; see prometheus_remote_storage_samples_failed_total)",
          to.name(),
          to.url(),
          what);
    }
  }

  @Override
  public void close() {
    synchronized (scheduleLock) {
      stopped = true;
      if (scheduled != null) {
        scheduled.close();
      }
    }
    client.close(); // aborts a request in progress
    if (metadataTask != null) {
      metadataTask.close();
    }
    sending.lock();
    sending.unlock();
  }
}

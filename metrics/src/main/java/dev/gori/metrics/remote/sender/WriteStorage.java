package dev.gori.metrics.remote.sender;

import dev.gori.base.journal.SyncPolicy;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.remote.HistogramMessage;
import dev.gori.tsdb.AppendBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;

/// Remote write: sends stored samples to all destinations.
public final class WriteStorage implements AutoCloseable {

  private static final String POSITION = "position-";

  private final DiskQueue queue;
  private final List<QueueManager> queueManagers = new ArrayList<>();
  private final QueueManagerMetrics metrics;
  private final Logger log;
  private final Closer closer = new Closer();
  private volatile Labels externalLabels;
  private volatile Supplier<Map<String, MetricMetadata>> metadata = Map::of;
  private volatile boolean failing;
  private long released;

  private WriteStorage(DiskQueue queue, Labels external, SelfMetrics metrics, Logger log) {
    this.queue = queue;
    this.externalLabels = external;
    this.metrics = new QueueManagerMetrics(metrics, () -> List.copyOf(queueManagers));
    this.log = log;
  }

  /// Opens the queue and the positions of all destinations; {@link #start} starts sending. A new
  /// destination begins at the end of the queue. Positions of removed destinations are deleted.
  ///
  /// @param folder of the queue
  /// @param files base of relative names of credential files
  /// @param external labels to add to series that do not have them
  public static WriteStorage open(
      RemoteWriteSettings settings,
      Disk disk,
      Path folder,
      Path files,
      Labels external,
      Time time,
      Logger log,
      SelfMetrics metrics)
      throws IOException {
    var queue = DiskQueue.open(disk, folder, settings.queueSize(), time, log);
    try {
      var forwarding = new WriteStorage(queue, external, metrics, log);
      forwarding.addQueueManagers(settings.destinations(), disk, folder, files, time);
      return forwarding;
    } catch (IOException | RuntimeException e) {
      queue.close();
      throw e;
    }
  }

  private void addQueueManagers(
      List<RemoteWriteConfig> all, Disk disk, Path folder, Path files, Time time)
      throws IOException {
    var known = new HashSet<Path>();
    var common =
        new QueueManager.Shared(
            queue,
            disk,
            () -> externalLabels,
            () -> metadata.get(),
            time,
            log,
            metrics,
            this::release);
    closer.add("queue", queue);
    var positions = new LinkedHashMap<RemoteWriteConfig, Optional<QueuePosition>>();
    for (var to : all) {
      positions.put(to, position(disk, file(folder, to)));
    }
    positions
        .values()
        .forEach(there -> there.ifPresent(position -> queue.raiseTotal(position.counts())));
    for (var to : all) {
      var file = file(folder, to);
      known.add(file);
      var position = positions.getOrDefault(to, Optional.empty()).orElseGet(queue::end);
      var sender =
          new QueueManager(to, file, position, new WriteClient(to.under(files), time), common);
      queueManagers.add(sender);
      closer.add("remote write to " + to.name(), sender);
      sender.save();
    }
    for (var entry : disk.list(folder)) {
      if (entry.getFileName().toString().startsWith(POSITION) && !known.contains(entry)) {
        disk.delete(entry);
      }
    }
    release();
    var open = OpenResources.mark("remote write " + folder);
    closer.add("mark", open::closed);
  }

  private static Path file(Path folder, RemoteWriteConfig to) {
    return folder.resolve(
        POSITION + HexFormat.of().formatHex(to.name().getBytes(StandardCharsets.UTF_8)));
  }

  private Optional<QueuePosition> position(Disk disk, Path file) throws IOException {
    try {
      return disk.exists(file)
          ? Optional.of(QueuePosition.parse(disk.readWhole(file)))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      log.warn(
          "remote write: the position in {} cannot be read, sending starts at the end of the queue: {}",
          file,
          e.getMessage());
      return Optional.empty();
    }
  }

  /// Sets the external labels, also for items that are queued already.
  public void externalLabels(Labels labels) {
    externalLabels = labels;
  }

  /// Sets the source of metric metadata by metric name, which is called periodically.
  public void metadataFrom(Supplier<Map<String, MetricMetadata>> source) {
    metadata = source;
  }

  public void start() {
    queueManagers.forEach(QueueManager::start);
  }

  /// Queues the stored samples of a batch, as durably as the store has them. If the disk of the
  /// queue fails, they are counted as dropped.
  public void append(AppendBatch batch, SyncPolicy sync) {
    if (queueManagers.isEmpty()) {
      return;
    }
    var items = new Items();
    batch.forEachStored(items);
    if (items.all.isEmpty()) {
      return;
    }
    try {
      queue.add(items.all, sync);
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        log.error("remote write: samples are stored but cannot be queued: {}", e.getMessage());
      }
      failing = true;
    }
    metrics.queued(items.newest);
    queueManagers.forEach(QueueManager::wake);
  }

  private static final class Items implements AppendBatch.StoredVisitor {
    private final List<QueueItem> all = new ArrayList<>();
    private long newest;

    private void add(QueueItem item) {
      all.add(item);
      newest = Math.max(newest, item.millis());
    }

    @Override
    public void sample(Labels series, long millis, double value, long startMillis) {
      add(new QueueItem.FloatSample(series, millis, value, startMillis));
    }

    @Override
    public void histogram(Labels series, long millis, FloatHistogram histogram, long startMillis) {
      add(
          new QueueItem.HistogramSample(
              series, millis, HistogramMessage.encode(millis, histogram), startMillis));
    }

    @Override
    public void exemplar(Labels series, Exemplar exemplar) {
      add(new QueueItem.ExemplarSample(series, exemplar));
    }
  }

  /// Deletes what all destinations have passed.
  private synchronized void release() {
    var passed =
        queueManagers.stream()
            .map(QueueManager::position)
            .min(Comparator.comparing(QueuePosition::offset))
            .orElseGet(queue::end);
    if (passed.offset().segment() == released) {
      return;
    }
    try {
      queue.release(passed.offset());
      released = passed.offset().segment();
    } catch (IOException e) {
      log.warn("remote write: cannot delete sent samples from the queue yet: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    closer.close();
  }
}

package dev.gori.metrics.store;

import dev.gori.base.journal.Sync;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.time.Time;
import dev.gori.promql.SampleBuffer;
import dev.gori.promql.SeriesSource;
import dev.gori.tsdb.AppendResult;
import dev.gori.tsdb.AppendBatch;
import dev.gori.tsdb.BlockMeta;
import dev.gori.tsdb.SampleSink;
import dev.gori.tsdb.SeriesExemplars;
import dev.gori.tsdb.StoredSeries;
import dev.gori.tsdb.Tsdb;
import dev.gori.tsdb.TsdbSettings;
import dev.gori.tsdb.TsdbStats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.slf4j.Logger;

/// The samples of one environment, as PromQL wants to read them.
public final class SampleStore implements SeriesSource, AutoCloseable {

  private final Tsdb tsdb;
  private final Logger log;
  private final StoreMetrics metrics;
  private volatile BiConsumer<AppendBatch, Sync> listener = (_, _) -> {};

  private SampleStore(Tsdb tsdb, Logger log, StoreMetrics metrics) {
    this.tsdb = tsdb;
    this.log = log;
    this.metrics = metrics;
  }

  public static SampleStore open(
      Disk disk, Path folder, TsdbSettings settings, Time time, Logger log, SelfMetrics metrics)
      throws IOException {
    var tsdb = Tsdb.open(disk, folder, settings, time);
    var store =
        new SampleStore(tsdb, log, new StoreMetrics(settings, tsdb::counts, metrics.registry()));
    store.logNotices();
    return store;
  }

  /// From now on each batch is shown to the follower when it is stored, and acknowledged when the
  /// follower returns.
  public void setListener(BiConsumer<AppendBatch, Sync> newFollower) {
    listener = newFollower;
  }

  /// Stores a batch that somebody is told of: when this returns it is durable.
  public AppendResult append(AppendBatch batch) {
    return append(batch, Sync.NOW);
  }

  /// Stores a batch.
  public AppendResult append(AppendBatch batch, Sync sync) {
    var done = tsdb.append(batch, sync);
    listener.accept(batch, sync);
    metrics.count(done);
    return done;
  }

  @Override
  public List<? extends Series> select(List<Matcher> matchers, long fromMillis, long toMillis) {
    return tsdb.select(matchers, fromMillis, toMillis).stream().map(Read::new).toList();
  }

  private record Read(StoredSeries stored) implements Series {
    @Override
    public Labels labels() {
      return stored.labels();
    }

    @Override
    public void read(SampleBuffer into) {
      stored.read(
          new SampleSink() {
            @Override
            public void add(long millis, double value) {
              into.add(millis, value);
            }

            @Override
            public void add(long millis, FloatHistogram histogram) {
              into.add(millis, histogram);
            }

            @Override
            public void startedAt(long millis) {
              into.startedAt(millis);
            }
          });
    }
  }

  /// The exemplars of a time, both ends included, of series that satisfy all matchers.
  public List<SeriesExemplars> exemplars(List<Matcher> matchers, long from, long to) {
    return exemplarsMatchingAny(List.of(matchers), from, to);
  }

  /// The exemplars of a time, both ends included, of series that satisfy all matchers of at least
  /// one of the selectors; in order of labels.
  public List<SeriesExemplars> exemplarsMatchingAny(List<List<Matcher>> selectors, long from, long to) {
    return tsdb.exemplars(selectors, from, to);
  }

  public TreeSet<String> labelNames(List<Matcher> matchers, long from, long to) {
    return tsdb.labelNames(matchers, from, to);
  }

  public TreeSet<String> labelValues(String name, List<Matcher> matchers, long from, long to) {
    return tsdb.labelValues(name, matchers, from, to);
  }

  /// The labels of all matching series that have samples in the time.
  public List<Labels> series(List<Matcher> matchers, long from, long to) {
    return tsdb.select(matchers, from, to).stream().map(StoredSeries::labels).toList();
  }

  /// Deletes the samples of a time, both ends included, of series that satisfy all matchers of at
  /// least one of the selectors. They are gone for readers when this returns; {@link
  /// #cleanTombstones} frees their room.
  ///
  /// @throws dev.gori.kernel.fault.FaultException STORAGE_FULL when it cannot be written
  public void delete(List<List<Matcher>> selectors, long from, long to) {
    tsdb.delete(selectors, from, to);
  }

  public void cleanTombstones() throws IOException {
    tsdb.cleanTombstones();
  }

  /// Makes `snapshots/NAME` in the store's folder, which another store can open.
  ///
  /// @param skipHead whether samples that are in no block yet are left out
  /// @return the snapshot's folder
  /// @throws dev.gori.kernel.fault.FaultException BAD_REQUEST when the name is taken or no plain
  ///   name
  public Path snapshot(String name, boolean skipHead) throws IOException {
    return tsdb.snapshot(name, skipHead);
  }

  public List<BlockMeta> blocks() {
    return tsdb.blocks();
  }

  /// How often something in the journal was damaged or missing, since the start.
  public long journalDamages() {
    return tsdb.counts().journalDamages();
  }

  public TsdbStats stats() {
    return tsdb.stats();
  }

  /// One round of housekeeping.
  public void maintain() throws IOException {
    try {
      tsdb.maintain();
    } finally {
      logNotices();
    }
  }

  private void logNotices() {
    tsdb.takeNotices().forEach(notice -> log.warn("store {}", notice));
  }

  @Override
  public void close() throws IOException {
    tsdb.close();
  }
}

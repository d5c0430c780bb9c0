package dev.gori.metrics.store;

import dev.gori.base.journal.SyncPolicy;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.kernel.time.Time;
import dev.gori.promql.SeriesSource;
import dev.gori.tsdb.AppendBatch;
import dev.gori.tsdb.AppendResult;
import dev.gori.tsdb.BlockMeta;
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

/// The samples of one environment: the TSDB as a source for PromQL.
public final class SampleStore implements SeriesSource, AutoCloseable {

  private final Tsdb tsdb;
  private final Logger log;
  private final StoreMetrics metrics;
  private volatile BiConsumer<AppendBatch, SyncPolicy> listener = (_, _) -> {};

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

  /// Sets a listener that receives each batch after it was stored and before it is acknowledged.
  public void setListener(BiConsumer<AppendBatch, SyncPolicy> newFollower) {
    listener = newFollower;
  }

  /// Stores a batch and waits until it is durable.
  public AppendResult append(AppendBatch batch) {
    return append(batch, SyncPolicy.NOW);
  }

  /// Stores a batch.
  public AppendResult append(AppendBatch batch, SyncPolicy sync) {
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
      stored.read(into);
    }
  }

  /// The exemplars of a time range, both ends inclusive, of series that match all matchers.
  public List<SeriesExemplars> exemplars(List<Matcher> matchers, long from, long to) {
    return exemplarsMatchingAny(List.of(matchers), from, to);
  }

  /// The exemplars of a time range, both ends inclusive, of series that match at least one
  /// selector, sorted by labels.
  public List<SeriesExemplars> exemplarsMatchingAny(
      List<List<Matcher>> selectors, long from, long to) {
    return tsdb.exemplars(selectors, from, to);
  }

  public TreeSet<String> labelNames(List<Matcher> matchers, long from, long to) {
    return tsdb.labelNames(matchers, from, to);
  }

  public TreeSet<String> labelValues(String name, List<Matcher> matchers, long from, long to) {
    return tsdb.labelValues(name, matchers, from, to);
  }

  /// The labels of all matching series with samples in the time range.
  public List<Labels> series(List<Matcher> matchers, long from, long to) {
    return tsdb.select(matchers, from, to).stream().map(StoredSeries::labels).toList();
  }

  /// Deletes the samples of a time range, both ends inclusive, of series that match at least one
  /// selector. Readers no longer see them when this returns; {@link #cleanTombstones} frees the
  /// disk space.
  ///
  /// @throws dev.gori.kernel.fault.FaultException STORAGE_FULL if the deletion cannot be written
  public void delete(List<List<Matcher>> selectors, long from, long to) {
    tsdb.delete(selectors, from, to);
  }

  public void cleanTombstones() throws IOException {
    tsdb.cleanTombstones();
  }

  /// Creates the snapshot `snapshots/NAME` in the store's folder, which another store can open.
  ///
  /// @param skipHead whether to leave out samples that are not in a block yet
  /// @return the snapshot's folder
  /// @throws dev.gori.kernel.fault.FaultException BAD_REQUEST if the name is invalid or exists
  public Path snapshot(String name, boolean skipHead) throws IOException {
    return tsdb.snapshot(name, skipHead);
  }

  public List<BlockMeta> blocks() {
    return tsdb.blocks();
  }

  /// Corruptions of the journal found since the start.
  public long journalDamages() {
    return tsdb.counts().journalDamages();
  }

  public TsdbStats stats() {
    return tsdb.stats();
  }

  /// Runs a round of maintenance.
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

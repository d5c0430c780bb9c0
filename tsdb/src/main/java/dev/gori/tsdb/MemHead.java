package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.FloatHistogram;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Recent samples in memory. The holder of the append lock may write, under the write lock; readers
/// take the read lock.
final class MemHead {

  private static final int SERIES_PER_LOCK =
      256; // series whose chunks are read per lock acquisition

  private final long range;
  private final ExemplarStorage exemplars;
  private final MemPostings postings = new MemPostings();
  private final SeriesHashmap seriesTable = new SeriesHashmap();
  private final Map<String, String> symbols = new HashMap<>();
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private int nextRef = 1;
  private long minTime = Long.MAX_VALUE;
  private long maxTime = Long.MIN_VALUE;
  private long minOutOfOrderTime = Long.MAX_VALUE;
  private int epoch;
  private long created;
  private long removed;
  private long outOfOrderSamples; // since the last block

  MemHead(long range, ExemplarStorage exemplars) {
    this.range = range;
    this.exemplars = exemplars;
  }

  <T extends @Nullable Object> T withReadLock(Supplier<T> work) {
    lock.readLock().lock();
    try {
      return work.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  void withWriteLock(Runnable work) {
    lock.writeLock().lock();
    try {
      work.run();
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Nullable MemSeries find(Labels labels) {
    return seriesTable.find(labels);
  }

  /// Finds a series by reference, or by labels if the reference is outdated.
  @Nullable MemSeries find(SeriesRef written) {
    var held = written.series();
    if (held != null && seriesTable.find(held.ref) == held) {
      return held;
    }
    var found = seriesTable.find(written.labels());
    if (found != null) {
      written.resolve(found);
    }
    return found;
  }

  @Nullable MemSeries find(int number) {
    return seriesTable.find(number);
  }

  /// A reference that no series of this journal has had.
  int takeRef() {
    return nextRef++;
  }

  /// Requires {@link #withWriteLock}.
  MemSeries create(int number, Labels labels) {
    var series = new MemSeries(number, interned(labels));
    seriesTable.add(series);
    created++;
    postings.add(number, series.labels);
    return series;
  }

  /// Marks a reference as used.
  void reserveRef(int number) {
    nextRef = Math.max(nextRef, number + 1);
  }

  /// The same labels with interned strings.
  private Labels interned(Labels labels) {
    var pairs = new String[labels.size() * 2];
    for (int i = 0; i < labels.size(); i++) {
      pairs[i * 2] = symbols.computeIfAbsent(labels.nameAt(i), text -> text);
      pairs[i * 2 + 1] = symbols.computeIfAbsent(labels.valueAt(i), text -> text);
    }
    return Labels.of(pairs);
  }

  /// Requires {@link #withWriteLock}.
  void add(MemSeries series, long millis, double value, long start) {
    series.add(millis, value, start, range);
    extendTimes(millis, millis);
  }

  /// Requires {@link #withWriteLock}.
  void add(MemSeries series, long millis, FloatHistogram histogram, long start) {
    series.add(millis, histogram, start, range);
    extendTimes(millis, millis);
  }

  /// Adds a sample older than the newest one of its series. Requires {@link #withWriteLock}.
  void addOutOfOrder(
      MemSeries series, long millis, double value, @Nullable FloatHistogram histogram, long start) {
    series.addOutOfOrder(millis, value, histogram, start, epoch);
    minOutOfOrderTime = Math.min(minOutOfOrderTime, millis);
    outOfOrderSamples++;
  }

  /// Begins a new epoch of out-of-order samples: the blocks that are written next do not contain
  /// them. Requires {@link #withWriteLock}.
  void nextEpoch() {
    epoch++;
  }

  /// Timestamp of the oldest out-of-order sample; {@link Long#MAX_VALUE} without any.
  long minOutOfOrderTime() {
    return minOutOfOrderTime;
  }

  long outOfOrderSamples() {
    return outOfOrderSamples;
  }

  /// Series created since the start.
  long created() {
    return created;
  }

  /// Series removed since the start.
  long removed() {
    return removed;
  }

  ExemplarStorage exemplars() {
    return exemplars;
  }

  void extendTimes(long from, long to) {
    minTime = Math.min(minTime, from);
    maxTime = Math.max(maxTime, to);
  }

  int size() {
    return seriesTable.size();
  }

  long minTime() {
    return minTime;
  }

  long maxTime() {
    return maxTime;
  }

  MemPostings postings() {
    return postings;
  }

  /// Sorted by reference.
  Collection<MemSeries> series() {
    return seriesTable;
  }

  /// Receives the in-order and the out-of-order chunks of one series.
  interface SeriesConsumer {
    void accept(Labels labels, List<Chunk> chunks, List<Chunk> late);
  }

  /// Passes on the matching series with their current chunks.
  void select(List<Matcher> matchers, long from, long to, SeriesConsumer taker) {
    withReadLock(
        () -> {
          postings
              .matching(matchers)
              .forEach(
                  (int number) -> {
                    var series = seriesTable.find(number);
                    if (series != null) {
                      pass(series, series.chunks(from, to), from, to, taker);
                    }
                  });
          return null;
        });
  }

  private static void pass(
      MemSeries series, List<Chunk> chunks, long from, long to, SeriesConsumer taker) {
    var late = series.outOfOrder(from, to);
    if (!chunks.isEmpty() || !late.isEmpty()) {
      taker.accept(series.labels, chunks, late);
    }
  }

  /// Passes on every series with its chunks of a time range, encoded for storage. The head may
  /// change in between.
  void selectFinished(long from, long to, SeriesConsumer taker) {
    var every = withReadLock(() -> List.copyOf(seriesTable));
    for (int at = 0; at < every.size(); at += SERIES_PER_LOCK) {
      var some = every.subList(at, Math.min(every.size(), at + SERIES_PER_LOCK));
      withReadLock(
          () -> {
            for (var series : some) {
              pass(series, series.finished(from, to), from, to, taker);
            }
            return null;
          });
    }
  }

  Set<String> names() {
    return withReadLock(() -> new HashSet<>(postings.names()));
  }

  /// Unsorted.
  List<String> values(String name) {
    return withReadLock(
        () -> {
          var values = new ArrayList<String>();
          postings.values(name, (value, _) -> values.add(value));
          return values;
        });
  }

  /// Drops the in-order samples before `millis` and the out-of-order samples of earlier epochs from
  /// some series, and removes empty series. Requires {@link #withWriteLock}.
  void truncate(long millis, List<MemSeries> some) {
    for (var series : some) {
      series.truncateBefore(millis);
      series.dropOutOfOrder(millis, epoch);
      dropIfEmpty(series);
    }
  }

  /// Ends a truncation of all series. Requires {@link #withWriteLock}.
  ///
  /// @param less whether series were removed
  void finishTruncation(boolean less) {
    outOfOrderSamples = 0;
    updateTimes();
    if (less) {
      symbols.clear();
      seriesTable.forEach(series -> interned(series.labels));
    }
  }

  /// Requires {@link #withWriteLock}.
  void delete(MemSeries series, long from, long to) {
    series.delete(from, to);
    dropIfEmpty(series);
  }

  /// Recomputes the time range. Requires {@link #withWriteLock}.
  void updateTimes() {
    minTime = Long.MAX_VALUE;
    minOutOfOrderTime = Long.MAX_VALUE;
    for (var series : seriesTable) {
      minTime = Math.min(minTime, series.minTime());
      minOutOfOrderTime = Math.min(minOutOfOrderTime, series.minOutOfOrderTime());
    }
    maxTime = seriesTable.isEmpty() ? Long.MIN_VALUE : maxTime;
  }

  /// Requires {@link #withWriteLock}.
  void dropIfEmpty(MemSeries series) {
    if (series.isEmpty()) {
      seriesTable.remove(series);
      removed++;
      postings.remove(series.ref, series.labels);
    }
  }
}

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

/// The recent samples, in memory. Only the thread that holds the store's append lock changes it;
/// readers take the read lock.
final class Head {

  private static final int AT_ONCE = 256; // series that are finished before a change may come

  private final long range;
  private final Exemplars exemplars;
  private final HeadIndex index = new HeadIndex();
  private final SeriesTable all = new SeriesTable();
  private final Map<String, String> texts = new HashMap<>();
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private int nextNumber = 1;
  private long minTime = Long.MAX_VALUE;
  private long maxTime = Long.MIN_VALUE;
  private long minLateTime = Long.MAX_VALUE;
  private int epoch;
  private long created;
  private long removed;
  private long lateSamples; // since they were last written to blocks

  Head(long range, Exemplars exemplars) {
    this.range = range;
    this.exemplars = exemplars;
  }

  <T extends @Nullable Object> T reading(Supplier<T> work) {
    lock.readLock().lock();
    try {
      return work.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  void changing(Runnable work) {
    lock.writeLock().lock();
    try {
      work.run();
    } finally {
      lock.writeLock().unlock();
    }
  }

  @Nullable HeadSeries find(Labels labels) {
    return all.find(labels);
  }

  /// Looks where it was last, and by its labels if it is not there any more.
  @Nullable HeadSeries find(SeriesRef written) {
    var held = written.held();
    if (held != null && all.find(held.number) == held) {
      return held;
    }
    var found = all.find(written.labels());
    if (found != null) {
      written.heldAs(found);
    }
    return found;
  }

  @Nullable HeadSeries find(int number) {
    return all.find(number);
  }

  /// A number that no series of this journal has had.
  int takeNumber() {
    return nextNumber++;
  }

  /// Within {@link #changing}.
  HeadSeries create(int number, Labels labels) {
    var series = new HeadSeries(number, shared(labels));
    all.add(series);
    created++;
    index.add(number, series.labels);
    return series;
  }

  /// Says that a number is taken.
  void passNumber(int number) {
    nextNumber = Math.max(nextNumber, number + 1);
  }

  /// The same labels with every text held once for the whole head.
  private Labels shared(Labels labels) {
    var pairs = new String[labels.size() * 2];
    for (int i = 0; i < labels.size(); i++) {
      pairs[i * 2] = texts.computeIfAbsent(labels.nameAt(i), text -> text);
      pairs[i * 2 + 1] = texts.computeIfAbsent(labels.valueAt(i), text -> text);
    }
    return Labels.of(pairs);
  }

  /// Within {@link #changing}.
  void add(HeadSeries series, long millis, double value, long start) {
    series.add(millis, value, start, range);
    covers(millis, millis);
  }

  /// Within {@link #changing}.
  void add(HeadSeries series, long millis, FloatHistogram histogram, long start) {
    series.add(millis, histogram, start, range);
    covers(millis, millis);
  }

  /// Within {@link #changing}: a sample that is older than its series' newest one.
  void addLate(
      HeadSeries series,
      long millis,
      double value,
      @Nullable FloatHistogram histogram,
      long start) {
    series.addLate(millis, value, histogram, start, epoch);
    minLateTime = Math.min(minLateTime, millis);
    lateSamples++;
  }

  /// Within {@link #changing}: blocks begin to be written. Samples out of order that come from now
  /// on are not in them.
  void nextEpoch() {
    epoch++;
  }

  /// The time of the oldest sample out of order; {@link Long#MAX_VALUE} when there is none.
  long minLateTime() {
    return minLateTime;
  }

  long lateSamples() {
    return lateSamples;
  }

  /// How many series were made since the start.
  long created() {
    return created;
  }

  /// How many series are gone since the start.
  long removed() {
    return removed;
  }

  Exemplars exemplars() {
    return exemplars;
  }

  void covers(long from, long to) {
    minTime = Math.min(minTime, from);
    maxTime = Math.max(maxTime, to);
  }

  int size() {
    return all.size();
  }

  long minTime() {
    return minTime;
  }

  long maxTime() {
    return maxTime;
  }

  HeadIndex index() {
    return index;
  }

  /// In order of their numbers.
  Collection<HeadSeries> series() {
    return all;
  }

  /// Takes the chunks of one series: those in order, and those out of order.
  interface Taker {
    void take(Labels labels, List<Chunk> chunks, List<Chunk> late);
  }

  /// The matching series with their chunks as they are now.
  void select(List<Matcher> matchers, long from, long to, Taker taker) {
    reading(
        () -> {
          index
              .matching(matchers)
              .forEach(
                  (int number) -> {
                    var series = all.find(number);
                    if (series != null) {
                      give(series, series.chunks(from, to), from, to, taker);
                    }
                  });
          return null;
        });
  }

  private static void give(HeadSeries series, List<Chunk> chunks, long from, long to, Taker taker) {
    var late = series.late(from, to);
    if (!chunks.isEmpty() || !late.isEmpty()) {
      taker.take(series.labels, chunks, late);
    }
  }

  /// Every series with its chunks of a time, as they are to be kept. Changes come in between.
  void finished(long from, long to, Taker taker) {
    var every = reading(() -> List.copyOf(all));
    for (int at = 0; at < every.size(); at += AT_ONCE) {
      var some = every.subList(at, Math.min(every.size(), at + AT_ONCE));
      reading(
          () -> {
            for (var series : some) {
              give(series, series.finished(from, to), from, to, taker);
            }
            return null;
          });
    }
  }

  Set<String> names() {
    return reading(() -> new HashSet<>(index.names()));
  }

  /// In no order.
  List<String> values(String name) {
    return reading(
        () -> {
          var values = new ArrayList<String>();
          index.values(name, (value, _) -> values.add(value));
          return values;
        });
  }

  /// Within {@link #changing}: forgets what blocks have now of some series, and those of which
  /// nothing is left.
  void dropBefore(long millis, List<HeadSeries> some) {
    for (var series : some) {
      series.dropBefore(millis);
      series.dropLate(millis, epoch);
      dropIfEmpty(series);
    }
  }

  /// Within {@link #changing}: what blocks have now was dropped of all series.
  ///
  /// @param less whether some series are gone
  void dropped(boolean less) {
    lateSamples = 0;
    measure();
    if (less) {
      texts.clear();
      all.forEach(series -> shared(series.labels));
    }
  }

  /// Within {@link #changing}.
  void delete(HeadSeries series, long from, long to) {
    series.delete(from, to);
    dropIfEmpty(series);
  }

  /// Within {@link #changing}: finds the bounds of what is there.
  void measure() {
    minTime = Long.MAX_VALUE;
    minLateTime = Long.MAX_VALUE;
    for (var series : all) {
      minTime = Math.min(minTime, series.minTime());
      minLateTime = Math.min(minLateTime, series.minLateTime());
    }
    maxTime = all.isEmpty() ? Long.MIN_VALUE : maxTime;
  }

  /// Within {@link #changing}.
  void dropIfEmpty(HeadSeries series) {
    if (series.isEmpty()) {
      all.remove(series);
      removed++;
      index.remove(series.number, series.labels);
    }
  }
}

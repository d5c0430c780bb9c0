package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Builds the head from the journal's records. A record that makes no sense is left out; the rest
/// is taken.
final class Recovery implements Consumer<ByteBuffer>, JournalRecords.Replay {

  private final Head head;
  private final long valid;
  private final int maxSeries;
  private final SpilledSeries leftOut;
  private final Consumer<String> notice;
  private final Map<Integer, Integer> renumbered =
      new HashMap<>(); // a series that went and came back before older segments were dropped

  private final Map<Integer, Integer> unnamed = new HashMap<>(); // samples by number of series

  /// @param valid samples before it are in blocks
  Recovery(Head head, long valid, int maxSeries, SpilledSeries leftOut, Consumer<String> notice) {
    this.head = head;
    this.valid = valid;
    this.maxSeries = maxSeries;
    this.leftOut = leftOut;
    this.notice = notice;
  }

  @Override
  public void accept(ByteBuffer record) {
    try {
      JournalRecords.read(record, this);
    } catch (DamagedException e) {
      notice.accept("a journal record is left out: " + e.getMessage());
    }
  }

  @Override
  public void series(int number, Labels labels) {
    head.passNumber(number);
    unnamed.remove(number); // a picture has what came before it named the series
    var known = head.find(labels);
    if (known == null && head.size() >= maxSeries) {
      leftOut.series(number, labels);
      return;
    }
    leftOut.forget(number);
    if (known != null) {
      known.beginAgain();
      renumber(number, known.number);
    } else {
      boolean taken = head.find(number) != null; // a segment was put back that was left out before
      renumber(number, head.create(taken ? head.takeNumber() : number, labels).number);
    }
  }

  private void renumber(int number, int actual) {
    if (number == actual) {
      renumbered.remove(number);
    } else {
      renumbered.put(number, actual);
    }
  }

  @Override
  public void sample(int number, long millis, double value, long start, boolean late) {
    if (leftOut.has(number)) {
      leftOut.sample(number, millis, value, null, start, late);
    } else {
      countUnnamed(number, millis, late);
      sample(find(number), millis, value, null, start, late);
    }
  }

  @Override
  public void sample(int number, long millis, FloatHistogram histogram, long start, boolean late) {
    if (leftOut.has(number)) {
      leftOut.sample(number, millis, histogram.sum(), histogram, start, late);
    } else {
      countUnnamed(number, millis, late);
      sample(find(number), millis, histogram.sum(), histogram, start, late);
    }
  }

  private void countUnnamed(int number, long millis, boolean late) {
    if (!late && millis >= valid && find(number) == null) {
      unnamed.merge(number, 1, Integer::sum);
    }
  }

  /// All records were given.
  void finish() {
    if (!unnamed.isEmpty()) {
      notice.accept(
          "%d samples of %d series are lost: what names these series was in a part of the journal that is damaged or missing"
              .formatted(
                  unnamed.values().stream().mapToInt(Integer::intValue).sum(), unnamed.size()));
    }
  }

  private void sample(
      @Nullable HeadSeries series,
      long millis,
      double value,
      @Nullable FloatHistogram histogram,
      long start,
      boolean late) {
    if (series == null) {
      return;
    }
    if (late) {
      if (series.at(millis).size() == 0) {
        head.addLate(series, millis, value, histogram, start);
      }
    } else if (millis >= valid && millis > series.lastTime()) {
      if (histogram == null) {
        head.add(series, millis, value, start);
      } else {
        head.add(series, millis, histogram, start);
      }
    }
  }

  @Override
  public void exemplar(int number, Exemplar exemplar) {
    var exemplars = head.exemplars();
    var series = find(number);
    if (series != null) {
      exemplars.restore(series.labels, exemplar, exemplars.next());
    }
    exemplars.next(exemplars.next() + 1);
  }

  @Override
  public void exemplar(Exemplars.Kept kept) {
    head.exemplars().restore(kept.series(), kept.exemplar(), kept.place());
  }

  @Override
  public void nextExemplar(long place) {
    head.exemplars().next(place);
  }

  @Override
  public void deletion(int number, long from, long to) {
    var series = find(number);
    if (series != null) {
      series.delete(
          from, to); // it stays, also when empty: what it had in a block was not replayed, and
      // more may follow
    }
  }

  @Override
  public void exemplarDeletion(Labels series, long from, long to) {
    head.exemplars().delete(series, from, to);
  }

  private @Nullable HeadSeries find(int number) {
    return leftOut.has(number) ? null : head.find(renumbered.getOrDefault(number, number));
  }

  @Override
  public void chunk(int number, Chunk chunk, boolean late) {
    if (leftOut.has(number)) {
      leftOut.chunk(number, chunk, late);
      return;
    }
    var series = find(number);
    if (series == null || (!late && chunk.maxTime() < valid)) {
      return;
    }
    if (!late && chunk.minTime() >= valid && series.restore(chunk)) {
      head.covers(chunk.minTime(), chunk.maxTime());
      return;
    }
    var samples = new Columns(HeadSeries.CHUNK_SAMPLES);
    chunk.read(samples);
    for (int i = 0; i < samples.size(); i++) {
      sample(
          series,
          samples.millis(i),
          samples.value(i),
          samples.histogram(i),
          samples.start(i),
          late);
    }
  }
}

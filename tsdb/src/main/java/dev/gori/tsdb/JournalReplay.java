package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.SampleBuffer;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Rebuilds the head from the records of the journal. Invalid records are skipped and reported.
final class JournalReplay implements Consumer<ByteBuffer>, JournalRecords.Visitor {

  private final MemHead head;
  private final long minValidTime;
  private final int maxSeries;
  private final SpilledSeries spilled;
  private final Consumer<String> notice;
  private final Map<Integer, Integer> renumbered =
      new HashMap<>(); // for a series that was removed and created again before the older segments
  // were deleted

  private final Map<Integer, Integer> unknownSeries =
      new HashMap<>(); // number of samples by series reference

  /// @param minValidTime minimum timestamp of in-order samples: blocks hold the samples before it
  JournalReplay(
      MemHead head,
      long minValidTime,
      int maxSeries,
      SpilledSeries spilled,
      Consumer<String> notice) {
    this.head = head;
    this.minValidTime = minValidTime;
    this.maxSeries = maxSeries;
    this.spilled = spilled;
    this.notice = notice;
  }

  @Override
  public void accept(ByteBuffer record) {
    try {
      JournalRecords.read(record, this);
    } catch (CorruptionException e) {
      notice.accept("skipped a journal record: " + e.getMessage());
    }
  }

  @Override
  public void series(int number, Labels labels) {
    head.reserveRef(number);
    unknownSeries.remove(
        number); // the checkpoint holds the samples that preceded the series record
    var known = head.find(labels);
    if (known == null && head.size() >= maxSeries) {
      spilled.series(number, labels);
      return;
    }
    spilled.forget(number);
    if (known != null) {
      known.resetLastTime();
      renumber(number, known.ref);
    } else {
      boolean taken = head.find(number) != null; // happens when a missing segment was put back
      renumber(number, head.create(taken ? head.takeRef() : number, labels).ref);
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
    if (spilled.has(number)) {
      spilled.sample(number, millis, value, null, start, late);
    } else {
      countUnknownSeries(number, millis, late);
      sample(find(number), millis, value, null, start, late);
    }
  }

  @Override
  public void sample(int number, long millis, FloatHistogram histogram, long start, boolean late) {
    if (spilled.has(number)) {
      spilled.sample(number, millis, histogram.sum(), histogram, start, late);
    } else {
      countUnknownSeries(number, millis, late);
      sample(find(number), millis, histogram.sum(), histogram, start, late);
    }
  }

  private void countUnknownSeries(int number, long millis, boolean late) {
    if (!late && millis >= minValidTime && find(number) == null) {
      unknownSeries.merge(number, 1, Integer::sum);
    }
  }

  /// Reports the samples of unknown series, after the last record.
  void finish() {
    if (!unknownSeries.isEmpty()) {
      notice.accept(
          "%d samples of %d series are lost: their series records were in a damaged or missing part of the journal"
              .formatted(
                  unknownSeries.values().stream().mapToInt(Integer::intValue).sum(),
                  unknownSeries.size()));
    }
  }

  private void sample(
      @Nullable MemSeries series,
      long millis,
      double value,
      @Nullable FloatHistogram histogram,
      long start,
      boolean late) {
    if (series == null) {
      return;
    }
    if (late) {
      if (series.sampleAt(millis).size() == 0) {
        head.addOutOfOrder(series, millis, value, histogram, start);
      }
    } else if (millis >= minValidTime && millis > series.lastTime()) {
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
  public void exemplar(ExemplarStorage.StoredExemplar kept) {
    head.exemplars().restore(kept.series(), kept.exemplar(), kept.sequence());
  }

  @Override
  public void nextExemplar(long sequence) {
    head.exemplars().next(sequence);
  }

  @Override
  public void deletion(int number, long from, long to) {
    var series = find(number);
    if (series != null) {
      series.delete(
          from,
          to); // keep the series even if it is empty: its samples in blocks were not replayed, and
    }
  }

  @Override
  public void exemplarDeletion(Labels series, long from, long to) {
    head.exemplars().delete(series, from, to);
  }

  private @Nullable MemSeries find(int number) {
    return spilled.has(number) ? null : head.find(renumbered.getOrDefault(number, number));
  }

  @Override
  public void chunk(int number, Chunk chunk, boolean late) {
    if (spilled.has(number)) {
      spilled.chunk(number, chunk, late);
      return;
    }
    var series = find(number);
    if (series == null || (!late && chunk.maxTime() < minValidTime)) {
      return;
    }
    if (!late && chunk.minTime() >= minValidTime && series.restore(chunk)) {
      head.extendTimes(chunk.minTime(), chunk.maxTime());
      return;
    }
    var samples = new SampleBuffer(MemSeries.CHUNK_SAMPLES);
    chunk.read(samples);
    for (int i = 0; i < samples.size(); i++) {
      sample(
          series,
          samples.millisAt(i),
          samples.valueAt(i),
          samples.histogramAt(i),
          samples.startAt(i),
          late);
    }
  }
}

package dev.gori.tsdb;

import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.SampleSink;
import org.jspecify.annotations.Nullable;

/// An open chunk of native histograms.
final class HistogramChunk extends HeadChunk {

  /*
   * Per sample: the timestamp as in every chunk. Then bit 0 if the layout stays and the reset
   * hint is the expected one: NOT_RESET, or GAUGE after GAUGE. Otherwise bit 1, the hint (2 bits)
   * and a bit that says whether a new layout follows; buckets of both layouts keep their deltas.
   * Then the count, the zero count and all buckets of the layout, positive ones first, in the
   * encoding of HistogramCounts, and the sum XORed with the previous one.
   *
   * A layout only grows until the counter resets: an empty bucket costs one bit.
   */

  private static final int TARGET_BYTES = 4096;
  private static final int MIN_SAMPLES = 16;

  private final HistogramCounts counts;
  private final XorValues sum = new XorValues(1);
  private @Nullable HistogramLayout layout;
  private ResetHint hint = ResetHint.UNKNOWN;

  HistogramChunk(boolean whole) {
    super(128);
    this.counts = HistogramCounts.of(whole);
  }

  @Override
  Chunk.Encoding encoding() {
    return counts.isInteger() ? Chunk.Encoding.HISTOGRAM : Chunk.Encoding.FLOAT_HISTOGRAM;
  }

  @Override
  boolean isFull() {
    return count() >= MemSeries.CHUNK_SAMPLES || (size() >= TARGET_BYTES && count() >= MIN_SAMPLES);
  }

  /// Whether this chunk's encoding can hold the histogram.
  boolean canHold(FloatHistogram h) {
    return !counts.isInteger() || isInteger(h);
  }

  static boolean isInteger(FloatHistogram h) {
    return IntegerChunk.isInteger(h.count())
        && IntegerChunk.isInteger(h.zeroCount())
        && isInteger(h.positive())
        && isInteger(h.negative());
  }

  private static boolean isInteger(Buckets side) {
    for (int i = 0; i < side.size(); i++) {
      if (!IntegerChunk.isInteger(side.countAt(i))) {
        return false;
      }
    }
    return true;
  }

  /// @param h with the reset hint to store
  void add(long millis, FloatHistogram h) {
    addTime(millis);
    var next = layoutFor(h);
    boolean changes = !next.equals(layout);
    if (!changes && h.hint() == expectedAfter(hint)) {
      write(0, 1);
    } else {
      write(0b1000 | (h.hint().code() << 1) | (changes ? 1 : 0), 4);
      if (changes) {
        next.write(this);
        counts.changeLayout(layout, next);
      }
    }
    layout = next;
    hint = h.hint();
    counts.write(this, h.count(), 0);
    counts.write(this, h.zeroCount(), 1);
    int column = write(next.positive(), h.positive(), 2);
    write(next.negative(), h.negative(), column);
    counts.endHistogram();
    sum.write(this, 0, h.sum(), count() == 1);
  }

  private HistogramLayout layoutFor(FloatHistogram h) {
    var now = layout;
    if (now == null
        || h.hint() == ResetHint.RESET
        || !now.hasSameBuckets(h.schema(), h.zeroThreshold(), h.bounds())) {
      return HistogramLayout.of(h);
    }
    return now.holds(h) ? now : now.with(h);
  }

  private int write(int[] indexes, Buckets side, int firstColumn) {
    int at = 0;
    int column = firstColumn;
    for (int index : indexes) {
      boolean here = at < side.size() && side.indexAt(at) == index;
      counts.write(this, here ? side.countAt(at++) : 0, column++);
    }
    return column;
  }

  private static ResetHint expectedAfter(ResetHint before) {
    return before == ResetHint.GAUGE ? ResetHint.GAUGE : ResetHint.NOT_RESET;
  }

  static void read(Chunk chunk, long from, long to, boolean afterGap, SampleSink sink) {
    var walk = new SampleReader(chunk);
    boolean first = afterGap;
    for (int i = 0; i < chunk.count(); i++) {
      long time = walk.time(i == 0);
      if (time > to) {
        return;
      }
      boolean wanted = time >= from;
      var histogram = walk.histogram(i == 0, wanted);
      if (histogram != null) {
        sink.add(
            time,
            first && histogram.hint() == ResetHint.NOT_RESET
                ? histogram.withHint(ResetHint.UNKNOWN)
                : histogram);
        first = false;
        if (chunk.starts() != null && chunk.starts().at(i) != 0) {
          sink.startedAt(chunk.starts().at(i));
        }
      }
    }
  }

  private static final class SampleReader {
    private final Bits.Reader bits;
    private final HistogramCounts counts;
    private final XorValues sum = new XorValues(1);
    private @Nullable HistogramLayout layout;
    private ResetHint hint = ResetHint.UNKNOWN;
    private long time;
    private long delta;

    SampleReader(Chunk chunk) {
      this.bits = new Bits.Reader(chunk.bytes());
      this.counts = HistogramCounts.of(chunk.encoding() == Chunk.Encoding.HISTOGRAM);
    }

    long time(boolean first) {
      if (first) {
        time = bits.signed();
      } else {
        delta += bits.signed();
        time += delta;
      }
      return time;
    }

    @Nullable FloatHistogram histogram(boolean first, boolean wanted) {
      if (bits.bit()) {
        hint = ResetHint.of((int) bits.read(2));
        if (bits.bit()) {
          var next = HistogramLayout.read(bits);
          counts.changeLayout(layout, next);
          layout = next;
        }
      } else {
        hint = expectedAfter(hint);
      }
      if (layout == null) {
        throw new CorruptionException("chunk: histograms without a layout");
      }
      double count = counts.read(bits, 0);
      double zeroCount = counts.read(bits, 1);
      var positive = buckets(layout.positive(), 2, wanted);
      var negative = buckets(layout.negative(), 2 + layout.positive().length, wanted);
      counts.endHistogram();
      double total = sum.read(bits, 0, first);
      return wanted
          ? new FloatHistogram(
              hint,
              layout.schema(),
              layout.zeroThreshold(),
              zeroCount,
              count,
              total,
              positive,
              negative,
              layout.bounds())
          : null;
    }

    private Buckets buckets(int[] indexes, int firstColumn, boolean wanted) {
      if (!wanted) {
        for (int i = 0; i < indexes.length; i++) {
          counts.read(bits, firstColumn + i);
        }
        return Buckets.NONE;
      }
      var values = new double[indexes.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = counts.read(bits, firstColumn + i);
      }
      return Buckets.over(indexes, values);
    }
  }
}

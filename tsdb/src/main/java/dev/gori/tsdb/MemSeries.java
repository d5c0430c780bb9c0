package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.SampleBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One series in memory: finished chunks and the head chunk. Guarded by the head's lock.
final class MemSeries {

  /// 20 minutes of a 5 s scrape interval: long enough to amortize the fixed cost of a chunk.
  static final int CHUNK_SAMPLES = 240;

  final int ref;
  final Labels labels;
  final int hash; // of the labels; fits into padding and saves a dereference
  private List<Chunk> chunks = List.of(); // immutable, the most compact list
  private @Nullable HeadChunk headChunk;
  private long lastTime = Long.MIN_VALUE;
  private double lastValue;
  private @Nullable FloatHistogram lastHistogram;
  private List<OutOfOrderSamples> outOfOrder = List.of(); // one per epoch

  MemSeries(int number, Labels labels) {
    this.ref = number;
    this.labels = labels;
    this.hash = labels.hashCode();
  }

  long lastTime() {
    return lastTime;
  }

  /// Whether the newest sample has this value.
  boolean isLast(double value, @Nullable FloatHistogram histogram) {
    if (histogram == null) {
      return lastHistogram == null
          && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(lastValue);
    }
    return lastHistogram != null && histogram.sameAs(lastHistogram);
  }

  String lastText() {
    return lastHistogram == null ? String.valueOf(lastValue) : lastHistogram.toString();
  }

  /// @param range chunks do not cross multiples of it, so that blocks take whole chunks
  void add(long millis, double value, long start, long range) {
    var chunk =
        headChunk instanceof XorChunk floats && hasRoom(floats, millis, range)
            ? floats
            : cutNewHeadChunk(new XorChunk());
    chunk.add(millis, value);
    chunk.startedAt(start);
    lastTime = millis;
    lastValue = value;
    lastHistogram = null;
  }

  /// @param range chunks do not cross multiples of it, so that blocks take whole chunks
  void add(long millis, FloatHistogram given, long start, long range) {
    var histogram = withResetHint(given);
    var chunk =
        headChunk instanceof HistogramChunk histograms
                && hasRoom(histograms, millis, range)
                && histograms.canHold(histogram)
            ? histograms
            : cutNewHeadChunk(new HistogramChunk(HistogramChunk.isInteger(histogram)));
    chunk.add(millis, histogram);
    chunk.startedAt(start);
    lastTime = millis;
    lastValue = histogram.sum();
    lastHistogram = histogram;
  }

  /// Sets the start timestamp of the newest sample, if it is not 0.
  void startedAt(long start) {
    if (headChunk != null) {
      headChunk.startedAt(start);
    }
  }

  /// Sets the reset hint: RESET and GAUGE as the sender says, the others by comparison with the
  /// previous histogram.
  private FloatHistogram withResetHint(FloatHistogram h) {
    if (h.isGauge() || h.hint() == ResetHint.RESET) {
      return h;
    }
    var bare = h.withHint(ResetHint.UNKNOWN);
    if (lastHistogram == null || lastHistogram.isGauge()) {
      return bare;
    }
    return h.withHint(bare.isResetAfter(lastHistogram) ? ResetHint.RESET : ResetHint.NOT_RESET);
  }

  private static boolean hasRoom(HeadChunk chunk, long millis, long range) {
    return !chunk.isFull() && Math.floorDiv(chunk.minTime(), range) == Math.floorDiv(millis, range);
  }

  private <T extends HeadChunk> T cutNewHeadChunk(T next) {
    finishHeadChunk();
    headChunk = next;
    return next;
  }

  private void finishHeadChunk() {
    if (headChunk != null) {
      addFinished(headChunk.finished());
      headChunk = null;
    }
  }

  private void addFinished(Chunk finished) {
    var more = new ArrayList<>(chunks);
    more.add(finished);
    chunks = List.copyOf(more);
  }

  /// Restores a finished chunk at startup.
  ///
  /// @return false if it does not follow the existing samples
  boolean restore(Chunk chunk) {
    if (chunk.minTime() <= lastTime) {
      return false;
    }
    finishHeadChunk();
    addFinished(chunk);
    var samples = new SampleBuffer(64);
    chunk.read(samples);
    int last = samples.size() - 1;
    lastTime = samples.millisAt(last);
    lastValue = samples.valueAt(last);
    lastHistogram = samples.histogramAt(last);
    return true;
  }

  /// The in-order chunks that overlap a time range, with a snapshot of the head chunk.
  List<Chunk> chunks(long from, long to) {
    var found = new ArrayList<Chunk>(chunks.size() + 1);
    for (var chunk : chunks) {
      if (chunk.overlaps(from, to)) {
        found.add(chunk);
      }
    }
    if (headChunk != null && headChunk.minTime() <= to && headChunk.maxTime() >= from) {
      found.add(headChunk.snapshot());
    }
    return found;
  }

  /// The same, encoded for storage.
  List<Chunk> finished(long from, long to) {
    var found = chunks(from, to);
    if (headChunk != null && !found.isEmpty() && found.getLast().maxTime() == headChunk.maxTime()) {
      found.set(found.size() - 1, headChunk.finished());
    }
    return found;
  }

  /// Adds a sample older than the newest one; the series has none at its timestamp.
  void addOutOfOrder(
      long millis, double value, @Nullable FloatHistogram histogram, long start, int epoch) {
    if (outOfOrder.isEmpty() || outOfOrder.getLast().epoch != epoch) {
      var more = new ArrayList<>(outOfOrder);
      more.add(new OutOfOrderSamples(epoch));
      outOfOrder = more;
    }
    outOfOrder.getLast().add(millis, value, histogram, start);
  }

  /// The out-of-order chunks, which may overlap each other.
  List<Chunk> outOfOrder(long from, long to) {
    return switch (outOfOrder.size()) {
      case 0 -> List.of();
      case 1 -> outOfOrder.getFirst().chunks(from, to);
      default -> outOfOrder.stream().flatMap(some -> some.chunks(from, to).stream()).toList();
    };
  }

  /// The sample at a timestamp as one column; empty if there is none.
  SampleBuffer sampleAt(long millis) {
    var found = new SampleBuffer(1);
    for (var some : outOfOrder) {
      some.sampleAt(millis, found);
    }
    for (var chunk : chunks(millis, millis)) {
      chunk.read(millis, millis, true, found);
    }
    return found;
  }

  /// Drops the in-order chunks that end before a timestamp.
  void truncateBefore(long millis) {
    chunks = chunks.stream().filter(chunk -> chunk.maxTime() >= millis).toList();
    if (headChunk != null && headChunk.maxTime() < millis) {
      headChunk = null;
    }
  }

  /// Drops the out-of-order samples of earlier epochs that are older than a timestamp.
  void dropOutOfOrder(long before, int epoch) {
    for (var some : outOfOrder) {
      if (some.epoch < epoch) {
        some.delete(Long.MIN_VALUE, before - 1);
      }
    }
    removeEmptyOutOfOrder();
  }

  private void removeEmptyOutOfOrder() {
    if (!outOfOrder.isEmpty()) {
      outOfOrder =
          outOfOrder.stream()
              .filter(some -> !some.isEmpty())
              .collect(Collectors.toCollection(ArrayList::new));
    }
  }

  /// Deletes the samples of a time range, both ends inclusive. New samples must still be newer than
  /// the newest one ever appended.
  void delete(long from, long to) {
    if (!chunks(from, to).isEmpty()) {
      var all = finished(Long.MIN_VALUE, Long.MAX_VALUE);
      var left = new ArrayList<Chunk>();
      headChunk = null;
      boolean gap = false;
      for (var chunk : all) {
        boolean cut = chunk.overlaps(from, to);
        left.addAll(cut ? TombstonedChunk.without(chunk, from, to, gap) : chunk.toChunks(gap));
        gap = cut;
      }
      chunks = List.copyOf(left);
      if (lastTime >= from && lastTime <= to) {
        lastHistogram = null;
      }
    }
    outOfOrder.forEach(some -> some.delete(from, to));
    removeEmptyOutOfOrder();
  }

  /// Allows any timestamp again, after a series without in-order samples was created anew.
  void resetLastTime() {
    if (headChunk == null && chunks.isEmpty()) {
      lastTime = Long.MIN_VALUE;
      lastHistogram = null;
    }
  }

  boolean isEmpty() {
    return headChunk == null && chunks.isEmpty() && outOfOrder.isEmpty();
  }

  int chunkCount() {
    return chunks.size() + (headChunk == null ? 0 : 1);
  }

  int headChunkFloats() {
    return headChunk instanceof XorChunk floats ? floats.count() : 0;
  }

  /// Of the in-order samples.
  long minTime() {
    return !chunks.isEmpty()
        ? chunks.getFirst().minTime()
        : headChunk != null ? headChunk.minTime() : Long.MAX_VALUE;
  }

  /// Of the out-of-order samples.
  long minOutOfOrderTime() {
    return outOfOrder.stream().mapToLong(OutOfOrderSamples::minTime).min().orElse(Long.MAX_VALUE);
  }
}

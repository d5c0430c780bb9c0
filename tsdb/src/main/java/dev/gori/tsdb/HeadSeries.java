package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One series in memory: finished chunks and one that grows. Guarded by the head's lock.
final class HeadSeries {

  /// At a scrape every 5 s these are 20 minutes; long enough that a chunk's fixed cost is small.
  static final int CHUNK_SAMPLES = 240;

  final int number;
  final Labels labels;
  final int hash; // of the labels: here it costs no memory and spares a look at them
  private List<Chunk> chunks = List.of(); // never changed: the smallest there is for so few
  private @Nullable OpenChunk open;
  private long lastTime = Long.MIN_VALUE;
  private double lastValue;
  private @Nullable FloatHistogram lastHistogram;
  private List<LateSamples> late = List.of(); // one for each epoch

  HeadSeries(int number, Labels labels) {
    this.number = number;
    this.labels = labels;
    this.hash = labels.hashCode();
  }

  long lastTime() {
    return lastTime;
  }

  /// Whether the newest sample is this one.
  boolean isLast(double value, @Nullable FloatHistogram histogram) {
    if (histogram == null) {
      return lastHistogram == null
          && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(lastValue);
    }
    return lastHistogram != null && histogram.sameAs(lastHistogram);
  }

  String last() {
    return lastHistogram == null ? String.valueOf(lastValue) : lastHistogram.toString();
  }

  /// @param range chunks do not cross multiples of it, so that blocks take whole chunks
  void add(long millis, double value, long start, long range) {
    var chunk =
        open instanceof XorChunk floats && hasRoom(floats, millis, range)
            ? floats
            : begin(new XorChunk());
    chunk.add(millis, value);
    chunk.startedAt(start);
    lastTime = millis;
    lastValue = value;
    lastHistogram = null;
  }

  /// @param range chunks do not cross multiples of it, so that blocks take whole chunks
  void add(long millis, FloatHistogram given, long start, long range) {
    var histogram = hinted(given);
    var chunk =
        open instanceof HistogramChunk histograms
                && hasRoom(histograms, millis, range)
                && histograms.takes(histogram)
            ? histograms
            : begin(new HistogramChunk(HistogramChunk.areWhole(histogram)));
    chunk.add(millis, histogram);
    chunk.startedAt(start);
    lastTime = millis;
    lastValue = histogram.sum();
    lastHistogram = histogram;
  }

  /// When the counter of the newest sample began, where that is not 0.
  void startedAt(long start) {
    if (open != null) {
      open.startedAt(start);
    }
  }

  /// What is known of a counter reset: the sender says that there was one, or the sample before
  /// shows it.
  private FloatHistogram hinted(FloatHistogram h) {
    if (h.isGauge() || h.hint() == ResetHint.RESET) {
      return h;
    }
    var bare = h.withHint(ResetHint.UNKNOWN);
    if (lastHistogram == null || lastHistogram.isGauge()) {
      return bare;
    }
    return h.withHint(bare.isResetAfter(lastHistogram) ? ResetHint.RESET : ResetHint.NOT_RESET);
  }

  private static boolean hasRoom(OpenChunk chunk, long millis, long range) {
    return !chunk.isFull() && Math.floorDiv(chunk.minTime(), range) == Math.floorDiv(millis, range);
  }

  private <T extends OpenChunk> T begin(T next) {
    finishOpen();
    open = next;
    return next;
  }

  private void finishOpen() {
    if (open != null) {
      keep(open.finished());
      open = null;
    }
  }

  private void keep(Chunk finished) {
    var more = new ArrayList<>(chunks);
    more.add(finished);
    chunks = List.copyOf(more);
  }

  /// Puts back a finished chunk at a restart; false when it is not newer than what is there.
  boolean restore(Chunk chunk) {
    if (chunk.minTime() <= lastTime) {
      return false;
    }
    finishOpen();
    keep(chunk);
    var samples = new Columns(64);
    chunk.read(samples);
    int last = samples.size() - 1;
    lastTime = samples.millis(last);
    lastValue = samples.value(last);
    lastHistogram = samples.histogram(last);
    return true;
  }

  /// The chunks in order that overlap the bounds; the growing one as it is now.
  List<Chunk> chunks(long from, long to) {
    var found = new ArrayList<Chunk>(chunks.size() + 1);
    for (var chunk : chunks) {
      if (chunk.overlaps(from, to)) {
        found.add(chunk);
      }
    }
    if (open != null && open.minTime() <= to && open.maxTime() >= from) {
      found.add(open.now());
    }
    return found;
  }

  /// The same for keeping: in the fewest bytes.
  List<Chunk> finished(long from, long to) {
    var found = chunks(from, to);
    if (open != null && !found.isEmpty() && found.getLast().maxTime() == open.maxTime()) {
      found.set(found.size() - 1, open.finished());
    }
    return found;
  }

  /// Takes a sample that is older than the newest one; its time has none yet.
  void addLate(
      long millis, double value, @Nullable FloatHistogram histogram, long start, int epoch) {
    if (late.isEmpty() || late.getLast().epoch != epoch) {
      var more = new ArrayList<>(late);
      more.add(new LateSamples(epoch));
      late = more;
    }
    late.getLast().add(millis, value, histogram, start);
  }

  /// The chunks of what came out of order; they may overlap.
  List<Chunk> late(long from, long to) {
    return switch (late.size()) {
      case 0 -> List.of();
      case 1 -> late.getFirst().chunks(from, to);
      default -> late.stream().flatMap(some -> some.chunks(from, to).stream()).toList();
    };
  }

  /// The sample at a time, alone in columns; empty when the head has none.
  Columns at(long millis) {
    var found = new Columns(1);
    for (var some : late) {
      some.at(millis, found);
    }
    for (var chunk : chunks(millis, millis)) {
      chunk.read(millis, millis, true, found);
    }
    return found;
  }

  /// Forgets samples in order that end before a time.
  void dropBefore(long millis) {
    chunks = chunks.stream().filter(chunk -> chunk.maxTime() >= millis).toList();
    if (open != null && open.maxTime() < millis) {
      open = null;
    }
  }

  /// Forgets samples out of order from before a time, of epochs before one.
  void dropLate(long before, int epoch) {
    for (var some : late) {
      if (some.epoch < epoch) {
        some.forget(Long.MIN_VALUE, before - 1);
      }
    }
    forgetEmptyLate();
  }

  private void forgetEmptyLate() {
    if (!late.isEmpty()) {
      late =
          late.stream()
              .filter(some -> !some.isEmpty())
              .collect(Collectors.toCollection(ArrayList::new));
    }
  }

  /// Forgets the samples of a time, both ends included. What comes next still has to be newer than
  /// what was the newest.
  void delete(long from, long to) {
    if (!chunks(from, to).isEmpty()) {
      var all = finished(Long.MIN_VALUE, Long.MAX_VALUE);
      var left = new ArrayList<Chunk>();
      open = null;
      boolean gap = false;
      for (var chunk : all) {
        boolean cut = chunk.overlaps(from, to);
        left.addAll(cut ? TombstonedChunk.without(chunk, from, to, gap) : chunk.parts(gap));
        gap = cut;
      }
      chunks = List.copyOf(left);
      if (lastTime >= from && lastTime <= to) {
        lastHistogram = null;
      }
    }
    late.forEach(some -> some.forget(from, to));
    forgetEmptyLate();
  }

  /// After all samples in order were deleted and the series was made anew, any time may come.
  void beginAgain() {
    if (open == null && chunks.isEmpty()) {
      lastTime = Long.MIN_VALUE;
      lastHistogram = null;
    }
  }

  boolean isEmpty() {
    return open == null && chunks.isEmpty() && late.isEmpty();
  }

  int chunkCount() {
    return chunks.size() + (open == null ? 0 : 1);
  }

  int openFloats() {
    return open instanceof XorChunk floats ? floats.count() : 0;
  }

  /// Of the samples in order.
  long minTime() {
    return !chunks.isEmpty()
        ? chunks.getFirst().minTime()
        : open != null ? open.minTime() : Long.MAX_VALUE;
  }

  /// Of the samples out of order.
  long minLateTime() {
    return late.stream().mapToLong(LateSamples::minTime).min().orElse(Long.MAX_VALUE);
  }
}

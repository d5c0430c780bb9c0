package dev.gori.tsdb;

import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.kernel.sample.SampleSink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/// Merges the chunks of one series from several sources into one sorted sequence with unique
/// timestamps.
final class ChunkMerger {

  /*
   * Sources are blocks, the in-order samples of the head and the out-of-order samples. Chunks of
   * one source overlap only if they are out of order. Chunks without overlap are decoded straight
   * into the target. Overlapping chunks are decoded together and sorted; of two samples with the
   * same timestamp, the source that was added first wins.
   *
   * A reset hint is relative to the previous histogram. Where another source begins, or after a
   * damaged chunk, NOT_RESET becomes UNKNOWN; samples of overlapping chunks are all UNKNOWN.
   */

  private record SourceChunk(ChunkSource chunk, int source) {}

  private final List<SourceChunk> chunks = new ArrayList<>();
  private int sources;

  void add(List<? extends ChunkSource> source) {
    for (var chunk : source) {
      chunks.add(new SourceChunk(chunk, sources));
    }
    sources++;
  }

  long minTime() {
    return chunks.stream().mapToLong(piece -> piece.chunk().minTime()).min().orElse(Long.MAX_VALUE);
  }

  long maxTime() {
    return chunks.stream().mapToLong(piece -> piece.chunk().maxTime()).max().orElse(Long.MIN_VALUE);
  }

  /// Receives the merged samples, and chunks as a whole where they do not overlap.
  interface Target extends SampleSink {
    /// Receives a chunk that overlaps with no other.
    void chunk(ChunkSource chunk, long from, long to, boolean afterGap);
  }

  /// @param damage receives the error of each unreadable chunk, which is skipped
  void read(long from, long to, Target target, Consumer<CorruptionException> damage) {
    var order = inOrder();
    boolean gap = false;
    int source = -1;
    for (int i = 0; i < order.size(); ) {
      int end = endOfOverlap(order, i);
      try {
        if (end == i + 1) {
          var piece = order.get(i);
          target.chunk(piece.chunk(), from, to, gap || (source >= 0 && source != piece.source()));
          source = piece.source();
        } else {
          merge(order.subList(i, end), from, to, target, damage);
          source = -2;
        }
        gap = source == -2;
      } catch (CorruptionException e) {
        damage.accept(e);
        gap = true;
      }
      i = end;
    }
  }

  private List<SourceChunk> inOrder() {
    for (int i = 1; i < chunks.size(); i++) {
      if (chunks.get(i).chunk().minTime() < chunks.get(i - 1).chunk().minTime()) {
        var sorted = new ArrayList<>(chunks);
        sorted.sort(Comparator.comparingLong(piece -> piece.chunk().minTime()));
        return sorted;
      }
    }
    return chunks;
  }

  private static int endOfOverlap(List<SourceChunk> order, int begin) {
    long last = order.get(begin).chunk().maxTime();
    int end = begin + 1;
    while (end < order.size() && order.get(end).chunk().minTime() <= last) {
      last = Math.max(last, order.get(end++).chunk().maxTime());
    }
    return end;
  }

  private record Cursor(long millis, int source, SampleBuffer samples, int index) {}

  private static void merge(
      List<SourceChunk> overlapping,
      long from,
      long to,
      SampleSink sink,
      Consumer<CorruptionException> damage) {
    var all = new ArrayList<Cursor>();
    for (var piece : overlapping) {
      var read = new SampleBuffer(MemSeries.CHUNK_SAMPLES);
      try {
        piece.chunk().read(from, to, true, read);
      } catch (CorruptionException e) {
        damage.accept(e);
      }
      for (int i = 0; i < read.size(); i++) {
        all.add(new Cursor(read.millisAt(i), piece.source(), read, i));
      }
    }
    all.sort(Comparator.comparingLong(Cursor::millis).thenComparingInt(Cursor::source));
    var unsure = new UnknownResets(sink);
    long last = Long.MIN_VALUE;
    boolean any = false;
    for (var cursor : all) {
      if (!any || cursor.millis() > last) {
        cursor.samples().addTo(unsure, cursor.index());
        last = cursor.millis();
        any = true;
      }
    }
  }

  /// Passes samples on with unknown reset hints.
  private record UnknownResets(SampleSink sink) implements SampleSink {
    @Override
    public void add(long millis, double value) {
      sink.add(millis, value);
    }

    @Override
    public void add(long millis, FloatHistogram histogram) {
      sink.add(millis, histogram.isGauge() ? histogram : histogram.withHint(ResetHint.UNKNOWN));
    }

    @Override
    public void startedAt(long millis) {
      sink.startedAt(millis);
    }
  }

  /// The samples of a time range as chunks to store: chunks without overlap are copied, short float
  /// chunks are joined, all others are re-encoded.
  List<Chunk> toChunks(long from, long to, Consumer<CorruptionException> damage) {
    var out = new Rewritten();
    read(from, to, out, damage);
    return out.finished();
  }

  private static final class Rewritten implements Target {
    private final List<Chunk> done = new ArrayList<>();
    private ChunkRewriter rewriter = new ChunkRewriter();

    @Override
    public void chunk(ChunkSource chunk, long from, long to, boolean afterGap) {
      if (chunk.minTime() < from || chunk.maxTime() > to) {
        cutChunk();
        chunk.read(from, to, afterGap, rewriter);
        return;
      }
      for (var part : chunk.toChunks(afterGap)) {
        boolean joins =
            !part.encoding().isHistogram()
                && rewriter.floats() + part.count() <= MemSeries.CHUNK_SAMPLES;
        if (joins && rewriter.floats() > 0) {
          part.read(rewriter);
        } else if (joins && part.count() < MemSeries.CHUNK_SAMPLES / 2) {
          cutChunk();
          part.read(rewriter);
        } else {
          cutChunk();
          done.add(part);
        }
      }
    }

    private void cutChunk() {
      done.addAll(rewriter.chunks());
      rewriter = new ChunkRewriter();
    }

    @Override
    public void add(long millis, double value) {
      rewriter.add(millis, value);
    }

    @Override
    public void add(long millis, FloatHistogram histogram) {
      rewriter.add(millis, histogram);
    }

    @Override
    public void startedAt(long millis) {
      rewriter.startedAt(millis);
    }

    List<Chunk> finished() {
      cutChunk();
      return done;
    }
  }
}

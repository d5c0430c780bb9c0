package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.SampleSink;
import java.util.List;
import java.util.function.Consumer;

/// One series of a selection. Each call of {@link #read} decodes its samples.
public final class StoredSeries {

  private final Labels labels;
  private final long from;
  private final long to;
  private final ChunkMerger chunks = new ChunkMerger();
  private final Consumer<String> damage;

  StoredSeries(Labels labels, long from, long to, Consumer<String> damage) {
    this.labels = labels;
    this.from = from;
    this.to = to;
    this.damage = damage;
  }

  /// Adds the chunks of one source. Of two samples with the same timestamp, the source that was
  /// added first wins.
  void add(List<? extends ChunkSource> more) {
    chunks.add(more);
  }

  public Labels labels() {
    return labels;
  }

  /// Passes on the samples of the selected time range, both ends inclusive, in order of time. A
  /// damaged chunk is skipped and reported by {@link Tsdb#takeNotices}.
  public void read(SampleSink sink) {
    chunks.read(
        from,
        to,
        new Unmerged(sink),
        e -> damage.accept("%s: skipped a damaged chunk: %s".formatted(labels, e.getMessage())));
  }

  private record Unmerged(SampleSink sink) implements ChunkMerger.Target {
    @Override
    public void chunk(ChunkSource chunk, long from, long to, boolean afterGap) {
      chunk.read(from, to, afterGap, sink);
    }

    @Override
    public void add(long millis, double value) {
      sink.add(millis, value);
    }

    @Override
    public void add(long millis, FloatHistogram histogram) {
      sink.add(millis, histogram);
    }

    @Override
    public void startedAt(long millis) {
      sink.startedAt(millis);
    }
  }
}

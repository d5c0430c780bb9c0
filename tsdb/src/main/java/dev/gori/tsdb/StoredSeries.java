package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import java.util.List;
import java.util.function.Consumer;

/// One series of a selection. Its samples are decoded when they are read, as often as wanted.
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

  /// The chunks of one source. Where two have a sample with the same time, the one of the source
  /// that was added first is read.
  void add(List<? extends ChunkSource> more) {
    chunks.add(more);
  }

  public Labels labels() {
    return labels;
  }

  /// Gives the samples within the selection's bounds, both included, in order of time. A damaged
  /// chunk is left out, and the store says so in its notices.
  public void read(SampleSink sink) {
    chunks.read(
        from,
        to,
        new Unmerged(sink),
        e -> damage.accept("%s: a chunk of it is left out: %s".formatted(labels, e.getMessage())));
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

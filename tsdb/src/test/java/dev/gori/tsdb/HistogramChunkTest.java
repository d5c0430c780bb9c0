package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.SampleBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class HistogramChunkTest {

  private static final double[] BOUNDS = {0.005, 0.01, 0.1, 1, 1 / 3.0 + 1, 100};

  /// @param next the n-th histogram
  /// @param encodings of the chunks of 500 histograms
  /// @param resets samples with a known counter reset
  record Case(
      String name, IntFunction<FloatHistogram> next, List<Chunk.Encoding> encodings, int resets) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> readsBackWhatWasWritten() {
    var whole = new Histograms(1);
    var rare = new Histograms(2);
    var fractions = new Histograms(3);
    var custom = new Histograms(4);
    var resets = new Histograms(5);
    var gauge = new Histograms(6);
    var mixed = new Histograms(7);
    return Stream.of(
        new Case(
            "a counter of whole numbers",
            _ -> whole.more(20),
            List.of(Chunk.Encoding.HISTOGRAM, Chunk.Encoding.HISTOGRAM, Chunk.Encoding.HISTOGRAM),
            0),
        new Case(
            "new buckets now and then",
            i -> rare.more(i % 50 == 0 ? 1 : 0),
            List.of(Chunk.Encoding.HISTOGRAM, Chunk.Encoding.HISTOGRAM, Chunk.Encoding.HISTOGRAM),
            0),
        new Case("fractions", _ -> fractions.fractions(), List.of(), 0),
        new Case(
            "custom bounds",
            _ -> custom.custom(BOUNDS),
            List.of(Chunk.Encoding.HISTOGRAM, Chunk.Encoding.HISTOGRAM, Chunk.Encoding.HISTOGRAM),
            0),
        new Case(
            "a counter that begins again",
            i -> (i % 100 == 99 ? resets.reset() : resets).more(5),
            List.of(),
            5),
        new Case("a gauge", _ -> gauge.gauge(), List.of(), 0),
        new Case(
            "whole numbers, then fractions",
            i -> i < 100 ? mixed.more(1) : mixed.fractions().withSchema(0),
            List.of(),
            0));
  }

  @ParameterizedTest
  @MethodSource
  void readsBackWhatWasWritten(Case c) {
    var series = new ChunkRewriter();
    var wanted = new ArrayList<FloatHistogram>();
    for (int i = 0; i < 500; i++) {
      var histogram = c.next().apply(i);
      wanted.add(histogram);
      series.add(i * 15_000L + i % 3, histogram);
    }
    var read = new SampleBuffer(64);
    var chunks = series.chunks();
    chunks.forEach(
        chunk ->
            Chunk.stored(
                    chunk.code(), chunk.minTime(), chunk.maxTime(), chunk.count(), chunk.content())
                .read(read));
    assertThat(read.size()).isEqualTo(500);
    int resets = 0;
    for (int i = 0; i < 500; i++) {
      var found = read.histogramAt(i);
      assertThat(read.millisAt(i)).isEqualTo(i * 15_000L + i % 3);
      assertThat(found != null && found.sameAs(wanted.get(i)))
          .as("%d: %s (expected: %s)", i, found, wanted.get(i))
          .isTrue();
      assertThat(found.hint()).as("hint of %d", i).isEqualTo(hint(wanted, i));
      resets += found.hint() == ResetHint.RESET ? 1 : 0;
    }
    assertThat(resets).isGreaterThanOrEqualTo(c.resets());
    if (!c.encodings().isEmpty()) {
      assertThat(chunks).extracting(Chunk::encoding).isEqualTo(c.encodings());
    }
  }

  private static ResetHint hint(List<FloatHistogram> all, int at) {
    if (all.get(at).isGauge()) {
      return ResetHint.GAUGE;
    }
    if (at == 0) {
      return ResetHint.UNKNOWN;
    }
    return all.get(at).isResetAfter(all.get(at - 1)) ? ResetHint.RESET : ResetHint.NOT_RESET;
  }
}

package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.sample.SampleBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ChunkTest {

  private static final Random RANDOM = new Random(7);

  record Case(
      String name, LongFunction<Double> value, LongFunction<Long> jitter, Chunk.Encoding smallest) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> keeps() {
    return Stream.of(
        new Case("a constant", _ -> 1.0, _ -> 0L, Chunk.Encoding.INTEGER),
        new Case("an even counter", i -> i * 12.0, _ -> 0L, Chunk.Encoding.INTEGER),
        new Case(
            "an uneven counter",
            i -> i * 1000.0 + RANDOM.nextInt(300),
            _ -> (long) RANDOM.nextInt(5),
            Chunk.Encoding.INTEGER),
        new Case("a counter that resets", i -> (double) (i % 50), _ -> 0L, Chunk.Encoding.INTEGER),
        new Case("fractions", i -> i * 0.1, _ -> 0L, Chunk.Encoding.XOR),
        new Case(
            "noise", _ -> RANDOM.nextGaussian(), _ -> RANDOM.nextLong(100_000), Chunk.Encoding.XOR),
        new Case(
            "any bits",
            _ -> Double.longBitsToDouble(RANDOM.nextLong()),
            _ -> RANDOM.nextLong(1L << 40),
            Chunk.Encoding.XOR),
        new Case("stale markers", i -> i % 7 == 0 ? Sample.STALE : i, _ -> 0L, Chunk.Encoding.XOR),
        new Case(
            "infinities and minus zero",
            i -> i % 2 == 0 ? Double.NEGATIVE_INFINITY : -0.0,
            _ -> 0L,
            Chunk.Encoding.XOR),
        new Case(
            "whole numbers at the limit",
            i -> i % 2 == 0 ? 0x1p53 : -0x1p53,
            _ -> 0L,
            Chunk.Encoding.XOR));
  }

  @ParameterizedTest
  @MethodSource
  void keeps(Case c) {
    var wanted = new ArrayList<Sample>();
    var chunk = new XorChunk();
    long time = -5_000_000_000_000L;
    for (int i = 0; i < MemSeries.CHUNK_SAMPLES; i++) {
      time += 5000 + c.jitter().apply(i);
      double value = c.value().apply(i);
      wanted.add(new Sample(time, value));
      chunk.add(time, value);
    }
    var grown = chunk.snapshot();
    var smallest = chunk.finished();
    assertThat(bits(read(grown))).isEqualTo(bits(wanted));
    assertThat(bits(read(smallest))).isEqualTo(bits(wanted));
    assertThat(smallest.encoding()).isEqualTo(c.smallest());
    assertThat(smallest.bytes().length).isLessThanOrEqualTo(grown.bytes().length);
  }

  private static List<Sample> read(Chunk chunk) {
    var samples = new ArrayList<Sample>();
    var read = new SampleBuffer(64);
    chunk.read(read);
    for (int i = 0; i < read.size(); i++) {
      samples.add(new Sample(read.millisAt(i), read.valueAt(i)));
    }
    return samples;
  }

  private static List<String> bits(List<Sample> samples) {
    return samples.stream()
        .map(s -> s.millis() + ":" + Long.toHexString(Double.doubleToRawLongBits(s.value())))
        .toList();
  }
}

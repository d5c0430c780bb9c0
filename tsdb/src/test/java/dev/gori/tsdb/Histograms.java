package dev.gori.tsdb;

import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import java.util.Random;
import java.util.TreeMap;

/// Generates native histograms that grow like those of a real service.
final class Histograms {

  private final Random random;
  private final TreeMap<Integer, Double> positive = new TreeMap<>();
  private final TreeMap<Integer, Double> negative = new TreeMap<>();
  private double zero;
  private double sum;

  Histograms(long seed) {
    this.random = new Random(seed);
  }

  /// The counter's next state after more observations; the counts stay integers.
  FloatHistogram more(int observations) {
    for (int i = 0; i < observations; i++) {
      observe(1);
    }
    return exponential(3);
  }

  /// The same with float counts.
  FloatHistogram fractions() {
    observe(random.nextDouble());
    return exponential(0);
  }

  private void observe(double weight) {
    int index = (int) Math.round(random.nextGaussian() * 4);
    switch (random.nextInt(10)) {
      case 0 -> zero += weight;
      case 1 -> negative.merge(index, weight, Double::sum);
      default -> positive.merge(index, weight, Double::sum);
    }
    sum += random.nextDouble();
  }

  private FloatHistogram exponential(int schema) {
    var up = buckets(positive);
    var down = buckets(negative);
    return FloatHistogram.exponential(
        schema, 0x1p-128, zero, zero + up.total() + down.total(), sum, up, down);
  }

  /// A counter with custom bounds.
  FloatHistogram custom(double... bounds) {
    positive.merge(random.nextInt(bounds.length + 1), 1.0, Double::sum);
    sum += random.nextDouble();
    var up = buckets(positive);
    return FloatHistogram.custom(up.total(), sum, up, bounds);
  }

  /// Resets the counter.
  Histograms reset() {
    positive.clear();
    negative.clear();
    zero = 0;
    sum = 0;
    return this;
  }

  FloatHistogram gauge() {
    reset();
    return more(1 + random.nextInt(20)).withHint(ResetHint.GAUGE);
  }

  private static Buckets buckets(TreeMap<Integer, Double> side) {
    return Buckets.of(
        side.keySet().stream().mapToInt(i -> i).toArray(),
        side.values().stream().mapToDouble(count -> count).toArray());
  }
}

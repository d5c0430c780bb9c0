package dev.gori.kernel.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FloatHistogramTest {

  private static FloatHistogram exponential(int schema, double... counts) {
    double total = 0;
    for (double count : counts) {
      total += count;
    }
    return FloatHistogram.exponential(
        schema, 0, 0, total, total, Buckets.from(0, counts), Buckets.NONE);
  }

  @Test
  void addingBringsBothToTheCoarserSchema() {
    // Schema 1 ends buckets at 1, √2, 2, 2√2, 4: two of them are one of schema 0.
    var sum = exponential(0, 1, 2, 3).plus(exponential(1, 1, 1, 1, 1, 1)).histogram();

    assertThat(sum.schema()).isZero();
    assertThat(sum.positive()).isEqualTo(Buckets.from(0, 2, 4, 5));
    assertThat(sum.count()).isEqualTo(11);
  }

  @Test
  void aWiderZeroBucketSwallowsWhatItCovers() {
    var narrow =
        FloatHistogram.exponential(0, 0.001, 1, 7, 10, Buckets.from(-1, 1, 2, 3), Buckets.NONE);
    var wide = FloatHistogram.exponential(0, 0.5, 4, 4, 0, Buckets.NONE, Buckets.NONE);

    var sum = narrow.plus(wide).histogram();

    assertThat(sum.zeroThreshold()).isEqualTo(0.5);
    assertThat(sum.zeroCount()).isEqualTo(6);
    assertThat(sum.positive()).isEqualTo(Buckets.from(0, 2, 3));
  }

  @Test
  void aZeroThresholdInsideABucketMovesToItsEnd() {
    var widened = exponential(0, 1, 2, 3).withZeroThreshold(1.5);

    assertThat(widened.zeroThreshold()).isEqualTo(2.0);
    assertThat(widened.zeroCount()).isEqualTo(3);
    assertThat(widened.positive()).isEqualTo(Buckets.from(2, 3));
  }

  @Test
  void customBoundsThatDifferAreReducedToThoseBothHave() {
    var one = FloatHistogram.custom(10, 1, Buckets.from(0, 1, 2, 3, 4), 1, 2, 3);
    var other = FloatHistogram.custom(6, 1, Buckets.from(0, 1, 2, 3), 2, 5);

    var sum = one.plus(other);

    assertThat(sum.boundsReconciled()).isTrue();
    assertThat(sum.histogram().bounds()).containsExactly(2);
    assertThat(sum.histogram().positive()).isEqualTo(Buckets.from(0, 4, 12));
  }

  @Test
  void exponentialAndCustomBucketsCannotBeAdded() {
    var custom = FloatHistogram.custom(1, 1, Buckets.from(0, 1), 5);

    assertThat(custom.fits(FloatHistogram.EMPTY)).isFalse();
    assertThatThrownBy(() -> custom.plus(FloatHistogram.EMPTY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "histograms with schemas -53 and 0 (expected: both exponential or both custom)");
  }

  record Reset(String name, FloatHistogram before, FloatHistogram after, boolean expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Reset> resets() {
    return Stream.of(
        new Reset("all rise", exponential(0, 1, 2), exponential(0, 2, 2), false),
        new Reset("the count falls", exponential(0, 1, 2), exponential(0, 1, 1), true),
        new Reset("one bucket falls", exponential(0, 1, 2), exponential(0, 0, 4), true),
        new Reset("finer than before", exponential(0, 1), exponential(1, 1, 1), true),
        new Reset("coarser than before", exponential(1, 1, 1), exponential(0, 1, 2), false),
        new Reset(
            "the hint says so",
            exponential(0, 1),
            exponential(0, 2).withHint(ResetHint.RESET),
            true),
        new Reset(
            "the hint says not",
            exponential(0, 2),
            exponential(0, 1).withHint(ResetHint.NOT_RESET),
            false),
        new Reset(
            "another kind",
            FloatHistogram.custom(1, 1, Buckets.from(0, 1), 5),
            exponential(0, 2),
            true));
  }

  @ParameterizedTest
  @MethodSource
  void resets(Reset c) {
    assertThat(c.after().isResetAfter(c.before())).isEqualTo(c.expected());
  }

  @Test
  void writtenAsPrometheusWritesIt() {
    var h =
        FloatHistogram.exponential(
            0, 0.001, 2, 20, 10, Buckets.from(0, 1, 2), Buckets.from(0, 1, 2));

    assertThat(h)
        .hasToString(
            "{count:20, sum:10, [-2,-1):2, [-1,-0.5):1, [-0.001,0.001]:2, (0.5,1]:1, (1,2]:2}");
  }

  @Test
  void aDivisionByZeroLeavesNoBuckets() {
    var divided = exponential(0, 1, 2).dividedBy(0);

    assertThat(divided.count()).isInfinite();
    assertThat(divided.positive().isEmpty()).isTrue();
  }

  @Test
  void bucketsOutOfOrderAreRefused() {
    assertThatThrownBy(() -> Buckets.of(new int[] {2, 1}, new double[] {1, 1}))
        .hasMessage("buckets: index 1 after 2 (expected: rising)");
  }

  @Test
  void boundsOfTheFinestAndTheCoarsestSchema() {
    assertThat(BucketScheme.exponentialBound(256, 8)).isEqualTo(2.0);
    assertThat(BucketScheme.exponentialBound(1, -4)).isEqualTo(65536.0);
    assertThat(BucketScheme.exponentialBound(-1, 0)).isEqualTo(0.5);
    assertThat(BucketScheme.exponentialBound(1024, 0)).isEqualTo(Double.MAX_VALUE);
  }
}

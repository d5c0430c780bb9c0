package dev.gori.kernel.sample;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A native histogram whose counts are floats, as Prometheus calculates with them; integer
/// histograms are read into it.
///
/// Immutable. Two kinds exist that cannot be added to one another: exponential buckets, and custom
/// bounds (schema −53, no negative and no zero bucket).
///
/// @param hint what is known about a counter reset
/// @param schema −4 to 8, or {@link BucketScheme#CUSTOM}
/// @param zeroThreshold the zero bucket holds −threshold to threshold, both inclusive
/// @param zeroCount observations in the zero bucket
/// @param count all observations, including NaN
/// @param sum of all observations
/// @param positive buckets above zero, or all buckets with custom bounds
/// @param negative buckets below zero
/// @param bounds rising upper bounds of custom buckets, without +Inf; empty for exponential ones
public record FloatHistogram(
    ResetHint hint,
    int schema,
    double zeroThreshold,
    double zeroCount,
    double count,
    double sum,
    Buckets positive,
    Buckets negative,
    double[] bounds) {

  private static final double[] NO_BOUNDS = {};

  /// A histogram without observations.
  public static final FloatHistogram EMPTY = exponential(0, 0, 0, 0, 0, Buckets.NONE, Buckets.NONE);

  public FloatHistogram {
    if (schema != BucketScheme.CUSTOM && !BucketScheme.isExponential(schema)) {
      throw new IllegalArgumentException(
          "histogram schema: %d (expected: -4 to 8, or -53)".formatted(schema));
    }
  }

  public static FloatHistogram exponential(
      int schema,
      double zeroThreshold,
      double zeroCount,
      double count,
      double sum,
      Buckets positive,
      Buckets negative) {
    return new FloatHistogram(
        ResetHint.UNKNOWN,
        schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        positive,
        negative,
        NO_BOUNDS);
  }

  public static FloatHistogram custom(double count, double sum, Buckets buckets, double... bounds) {
    return new FloatHistogram(
        ResetHint.UNKNOWN, BucketScheme.CUSTOM, 0, 0, count, sum, buckets, Buckets.NONE, bounds);
  }

  /// The result of an addition or subtraction, and whether custom bounds were reconciled.
  public record Combined(FloatHistogram histogram, boolean boundsReconciled) {}

  public boolean isCustom() {
    return schema == BucketScheme.CUSTOM;
  }

  public boolean isGauge() {
    return hint == ResetHint.GAUGE;
  }

  /// Whether the two can be added, subtracted and compared bucket by bucket.
  public boolean fits(FloatHistogram other) {
    return isCustom() == other.isCustom();
  }

  public boolean hasSameBounds(FloatHistogram other) {
    return Arrays.equals(bounds, other.bounds);
  }

  public FloatHistogram withHint(ResetHint newHint) {
    return newHint == hint
        ? this
        : new FloatHistogram(
            newHint, schema, zeroThreshold, zeroCount, count, sum, positive, negative, bounds);
  }

  public FloatHistogram times(double factor) {
    var scaled =
        new FloatHistogram(
            hint,
            schema,
            zeroThreshold,
            zeroCount * factor,
            count * factor,
            sum * factor,
            positive.scaled(factor),
            negative.scaled(factor),
            bounds);
    return factor < 0 ? scaled.withHint(ResetHint.GAUGE) : scaled;
  }

  /// A division by zero removes the buckets; count and sum remain.
  public FloatHistogram dividedBy(double divisor) {
    boolean byZero = divisor == 0;
    var divided =
        new FloatHistogram(
            hint,
            schema,
            zeroThreshold,
            zeroCount / divisor,
            count / divisor,
            sum / divisor,
            byZero ? Buckets.NONE : positive.divided(divisor),
            byZero ? Buckets.NONE : negative.divided(divisor),
            bounds);
    return divisor < 0 ? divided.withHint(ResetHint.GAUGE) : divided;
  }

  /// @throws IllegalArgumentException when the two are incompatible
  public Combined plus(FloatHistogram other) {
    var pair = aligned(this, other);
    var sum = pair.left.joined(pair.right, 1, hint.combinedWith(other.hint));
    return new Combined(sum, pair.boundsReconciled);
  }

  /// The difference, which is a gauge.
  ///
  /// @throws IllegalArgumentException when the two are incompatible
  public Combined minus(FloatHistogram other) {
    var pair = aligned(this, other);
    return new Combined(pair.left.joined(pair.right, -1, ResetHint.GAUGE), pair.boundsReconciled);
  }

  private FloatHistogram joined(FloatHistogram other, int sign, ResetHint newHint) {
    return new FloatHistogram(
        newHint,
        schema,
        zeroThreshold,
        zeroCount + sign * other.zeroCount,
        count + sign * other.count,
        sum + sign * other.sum,
        positive.joined(other.positive, (a, b) -> a + sign * b),
        negative.joined(other.negative, (a, b) -> a + sign * b),
        bounds);
  }

  /// Two histograms with the same schema, zero bucket and bounds.
  public record Aligned(FloatHistogram left, FloatHistogram right, boolean boundsReconciled) {}

  /// Converts two histograms to the coarser schema, the wider zero bucket, and the common bounds.
  ///
  /// @throws IllegalArgumentException when the two are incompatible
  public static Aligned aligned(FloatHistogram left, FloatHistogram right) {
    if (!left.fits(right)) {
      throw new IllegalArgumentException(
          "histograms with schemas %d and %d (expected: both exponential or both custom)"
              .formatted(left.schema, right.schema));
    }
    if (left.isCustom()) {
      if (left.hasSameBounds(right)) {
        return new Aligned(left, right, false);
      }
      var shared = BucketScheme.shared(left.bounds, right.bounds);
      return new Aligned(left.withBounds(shared), right.withBounds(shared), true);
    }
    while (left.zeroThreshold != right.zeroThreshold) {
      double wider = Math.max(left.zeroThreshold, right.zeroThreshold);
      left = left.withZeroThreshold(wider);
      right = right.withZeroThreshold(wider);
    }
    int schema = Math.min(left.schema, right.schema);
    return new Aligned(left.withSchema(schema), right.withSchema(schema), false);
  }

  /// The same observations in a coarser schema.
  public FloatHistogram withSchema(int coarser) {
    if (coarser == schema) {
      return this;
    }
    return new FloatHistogram(
        hint,
        coarser,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        positive.moved(i -> BucketScheme.coarser(i, schema, coarser)),
        negative.moved(i -> BucketScheme.coarser(i, schema, coarser)),
        bounds);
  }

  private FloatHistogram withBounds(double[] fewer) {
    var moved =
        positive.moved(
            i -> {
              int place = Arrays.binarySearch(fewer, BucketScheme.customBound(i, bounds));
              return place < 0 ? -place - 1 : place;
            });
    return new FloatHistogram(
        hint, schema, zeroThreshold, zeroCount, count, sum, moved, negative, fewer);
  }

  /// The same observations with a zero bucket at least that wide; wider when the threshold is
  /// inside a bucket.
  public FloatHistogram withZeroThreshold(double wanted) {
    if (wanted <= zeroThreshold) {
      return this;
    }
    double wider = wanted;
    for (double before = 0; before != wider; ) {
      before = wider;
      wider = outOfBucket(negative, outOfBucket(positive, wider));
    }
    int firstPositive = firstAbove(positive, wider);
    int firstNegative = firstAbove(negative, wider);
    var keptPositive = positive.startingAt(firstPositive);
    var keptNegative = negative.startingAt(firstNegative);
    double swallowed = below(positive, firstPositive) + below(negative, firstNegative);
    return new FloatHistogram(
        hint, schema, wider, zeroCount + swallowed, count, sum, keptPositive, keptNegative, bounds);
  }

  private double outOfBucket(Buckets side, double threshold) {
    for (int i = 0; i < side.size(); i++) {
      double upper = BucketScheme.exponentialBound(side.indexAt(i), schema);
      if (upper > threshold) {
        return BucketScheme.exponentialBound(side.indexAt(i) - 1, schema) < threshold
            ? upper
            : threshold;
      }
    }
    return threshold;
  }

  private int firstAbove(Buckets side, double threshold) {
    for (int i = 0; i < side.size(); i++) {
      if (BucketScheme.exponentialBound(side.indexAt(i), schema) > threshold) {
        return side.indexAt(i);
      }
    }
    return Integer.MAX_VALUE;
  }

  private static double below(Buckets side, int index) {
    double total = 0;
    for (int i = 0; i < side.size() && side.indexAt(i) < index; i++) {
      total += side.countAt(i);
    }
    return total;
  }

  /// Whether a counter was reset between the earlier histogram and this one.
  public boolean isResetAfter(FloatHistogram earlier) {
    return switch (hint) {
      case RESET -> true;
      case NOT_RESET -> false;
      case UNKNOWN, GAUGE -> count < earlier.count || !fits(earlier) || bucketsFellFrom(earlier);
    };
  }

  private boolean bucketsFellFrom(FloatHistogram earlier) {
    if (isCustom()) {
      var pair = aligned(this, earlier);
      return pair.left.positive.fellFrom(pair.right.positive);
    }
    if (schema > earlier.schema || zeroThreshold < earlier.zeroThreshold) {
      return true;
    }
    var before = earlier.withZeroThreshold(zeroThreshold).withSchema(schema);
    return before.zeroThreshold != zeroThreshold
        || zeroCount < before.zeroCount
        || positive.fellFrom(before.positive)
        || negative.fellFrom(before.negative);
  }

  /// Why it is invalid as a sample: negative counts, bounds that are not ascending, counts that do
  /// not add up. Empty when it is valid.
  ///
  /// @param integers whether it is an integer histogram, whose counts must add up exactly
  public Optional<String> problem(boolean integers) {
    return HistogramProblem.of(this, integers);
  }

  /// Whether it is a stale marker.
  public boolean isStale() {
    return Sample.isStale(sum);
  }

  /// All buckets with observations from the lowest to the highest, the zero bucket among them.
  public List<Bucket> ascending() {
    return BucketIterator.ascending(this);
  }

  /// Whether both hold the same observations in the same buckets; the hint is ignored.
  public boolean sameAs(FloatHistogram other) {
    return schema == other.schema
        && count == other.count
        && sameBits(sum, other.sum)
        && zeroThreshold == other.zeroThreshold
        && zeroCount == other.zeroCount
        && positive.equals(other.positive)
        && negative.equals(other.negative)
        && hasSameBounds(other);
  }

  private static boolean sameBits(double one, double other) {
    return Double.doubleToRawLongBits(one) == Double.doubleToRawLongBits(other) || one == other;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FloatHistogram that && hint == that.hint && sameAs(that);
  }

  @Override
  public int hashCode() {
    return ((schema * 31 + Double.hashCode(count)) * 31 + positive.hashCode()) * 31
        + negative.hashCode();
  }

  /// As Prometheus writes it: `{count:4, sum:5, (0.5,1]:1, (1,2]:2, (2,4]:1}`.
  @Override
  public String toString() {
    return HistogramText.of(this);
  }
}

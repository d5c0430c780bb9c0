package dev.gori.kernel.sample;

import java.util.Arrays;

/// The bounds of native histogram buckets: Prometheus's standard exponential schemas, −4 to 8, and
/// custom bounds (−53).
///
/// A bucket with index `i` of schema `s` ends at 2^(i·2^−s), inclusively. A bucket with custom
/// bounds ends at the bound of its index; the one after the last bound ends at +Inf.
public final class BucketScheme {

  public static final int CUSTOM = -53;
  public static final int MIN_EXPONENTIAL = -4;
  public static final int MAX_EXPONENTIAL = 8;

  /// The bounds from 0.5 to below 1 in the finest schema. Prometheus's constants are not rounded
  /// correctly, and users see them; each entry is the number of units in the last place by which
  /// the constant is below the correct value, plus one.
  private static final String ULPS_BELOW =
      "1111112111211111112311222222222211211121122211221122112211221222"
          + "1111112222332122112111211121111111221011213311221121112122321222"
          + "2122213322321232212222322333224421211121223321322233223222332232"
          + "3243223233433333333333444455435422323333324422333243223333543344";

  private static final double[] BOUNDS = bounds();

  private BucketScheme() {}

  private static double[] bounds() {
    int count = 1 << MAX_EXPONENTIAL;
    var bounds = new double[count];
    for (int i = 0; i < count; i++) {
      long nearest = Double.doubleToRawLongBits(StrictMath.pow(2, (double) i / count) / 2);
      bounds[i] = Double.longBitsToDouble(nearest - (ULPS_BELOW.charAt(i) - '1'));
    }
    return bounds;
  }

  public static boolean isExponential(int schema) {
    return schema >= MIN_EXPONENTIAL && schema <= MAX_EXPONENTIAL;
  }

  /// The inclusive upper bound of a positive exponential bucket.
  public static double exponentialBound(int index, int schema) {
    if (schema < 0) {
      int exponent = index << -schema;
      return exponent == 1024 ? Double.MAX_VALUE : Math.scalb(1.0, exponent);
    }
    int fraction = index & ((1 << schema) - 1);
    int exponent = index >> schema;
    if (fraction == 0 && exponent == 1024) {
      return Double.MAX_VALUE;
    }
    return Math.scalb(BOUNDS[fraction << (MAX_EXPONENTIAL - schema)], exponent + 1);
  }

  /// The upper bound of a bucket with custom bounds.
  public static double customBound(int index, double[] bounds) {
    return index < 0
        ? Double.NEGATIVE_INFINITY
        : index < bounds.length ? bounds[index] : Double.POSITIVE_INFINITY;
  }

  /// The index that a bucket has in a coarser schema.
  public static int coarser(int index, int from, int to) {
    return ((index - 1) >> (from - to)) + 1;
  }

  /// The bounds that occur in both arrays.
  static double[] shared(double[] one, double[] other) {
    var found = new double[Math.min(one.length, other.length)];
    int n = 0;
    for (int i = 0, j = 0; i < one.length && j < other.length; ) {
      if (one[i] == other[j]) {
        found[n++] = one[i];
        i++;
        j++;
      } else if (one[i] < other[j]) {
        i++;
      } else {
        j++;
      }
    }
    return Arrays.copyOf(found, n);
  }
}

package dev.gori.kernel.sample;

/// A float value with its timestamp.
///
/// @param millis milliseconds since the epoch
public record Sample(long millis, double value) {

  private static final long STALE_BITS = 0x7ff0000000000002L;

  /// The stale marker: a NaN with Prometheus's bits, which ends a series.
  public static final double STALE = Double.longBitsToDouble(STALE_BITS);

  public static boolean isStale(double value) {
    return Double.doubleToRawLongBits(value) == STALE_BITS;
  }
}

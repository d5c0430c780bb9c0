package dev.gori.kernel.sample;

/// A float value at a moment.
///
/// @param millis milliseconds since the epoch
public record Sample(long millis, double value) {

  private static final long STALE_BITS = 0x7ff0000000000002L;

  /// The NaN that says "this series ended here"; told apart from other NaNs by its bits, which are
  /// Prometheus's.
  public static final double STALE = Double.longBitsToDouble(STALE_BITS);

  public static boolean isStale(double value) {
    return Double.doubleToRawLongBits(value) == STALE_BITS;
  }
}

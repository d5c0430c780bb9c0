package dev.gori.delivery.rollout;

/// A query and the threshold beyond which its value counts against the new version.
///
/// @param name such as `error_ratio`
/// @param query PromQL, in which placeholders may remain
public record MetricThreshold(String name, String query, Side side, double threshold) {

  /// On which side of the threshold values are bad.
  public enum Side {
    UNDER,
    OVER
  }

  boolean isCrossedBy(double value) {
    return side == Side.UNDER ? value < threshold : value > threshold;
  }

  /// Such as `over 0.02`.
  public String limit() {
    return (side == Side.UNDER ? "under " : "over ") + Evidence.number(threshold);
  }

  public MetricThreshold with(String newQuery) {
    return new MetricThreshold(name, newQuery, side, threshold);
  }
}

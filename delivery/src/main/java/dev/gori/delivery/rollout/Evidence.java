package dev.gori.delivery.rollout;

import java.math.BigDecimal;
import java.math.MathContext;

/// One gate's part in a round: the query, the measured value and the limit.
public record Evidence(String gate, String query, String value, String limit, boolean crossed) {

  /// Such as `error_ratio: 0.31 (rolls back: over 0.02) from sum(…)`.
  @Override
  public String toString() {
    return "%s: %s (rolls back: %s) from %s".formatted(gate, value, limit, query);
  }

  static String number(double value) {
    return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  static Evidence of(MetricThreshold gate, Measurement reading) {
    return switch (reading) {
      case Measurement.Value(double value) ->
          new Evidence(
              gate.name(), gate.query(), number(value), gate.limit(), gate.isCrossedBy(value));
      case Measurement.NoData() ->
          new Evidence(gate.name(), gate.query(), "no data", gate.limit(), false);
      case Measurement.Failed(var why) ->
          new Evidence(gate.name(), gate.query(), "query failed: " + why, gate.limit(), false);
    };
  }
}

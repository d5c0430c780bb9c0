package dev.gori.promql.syntax;

import java.util.Locale;
import java.util.Optional;

/// The aggregation operators.
public enum AggregateOp {
  SUM,
  AVG,
  COUNT,
  MIN,
  MAX,
  GROUP,
  STDDEV,
  STDVAR,
  TOPK(ValueType.SCALAR, false),
  BOTTOMK(ValueType.SCALAR, false),
  COUNT_VALUES(ValueType.STRING, false),
  QUANTILE(ValueType.SCALAR, false),
  LIMITK(ValueType.SCALAR, true),
  LIMIT_RATIO(ValueType.SCALAR, true);

  private final ValueType parameter;
  private final boolean experimental;

  AggregateOp() {
    this(ValueType.NONE, false);
  }

  AggregateOp(ValueType parameter, boolean experimental) {
    this.parameter = parameter;
    this.experimental = experimental;
  }

  static Optional<AggregateOp> of(String text) {
    var upper = text.toUpperCase(Locale.ROOT);
    for (var op : values()) {
      if (op.name().equals(upper)) {
        return Optional.of(op);
      }
    }
    return Optional.empty();
  }

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The type of the parameter; NONE for most operators.
  public ValueType parameter() {
    return parameter;
  }

  public boolean isExperimental() {
    return experimental;
  }

  /// Whether the result is a selection of the input series instead of one series per group.
  public boolean selects() {
    return this == TOPK || this == BOTTOMK || this == LIMITK || this == LIMIT_RATIO;
  }
}

package dev.gori.kernel.sample;

/// The counter-reset hint of a native histogram, relative to the sample before.
public enum ResetHint {
  /// Unknown: compare with the sample before.
  UNKNOWN(0),
  /// The counter was reset at this sample.
  RESET(1),
  /// The counter was not reset at this sample.
  NOT_RESET(2),
  /// A gauge histogram.
  GAUGE(3);

  private final int code;

  ResetHint(int code) {
    this.code = code;
  }

  /// The hint's number in Prometheus's protocols, 0 to 3.
  public int code() {
    return code;
  }

  /// @param code 0 to 3; others are unknown
  public static ResetHint of(int code) {
    return switch (code) {
      case 1 -> RESET;
      case 2 -> NOT_RESET;
      case 3 -> GAUGE;
      default -> UNKNOWN;
    };
  }

  /// The hint of a sum of two histograms, by Prometheus's rules.
  public ResetHint combinedWith(ResetHint other) {
    if (this == other) {
      return this;
    }
    return this == GAUGE || other == GAUGE ? GAUGE : UNKNOWN;
  }

  /// Whether one says "reset" and the other says "not reset", which conflict in a sum.
  public boolean conflictsWith(ResetHint other) {
    return (this == RESET && other == NOT_RESET) || (this == NOT_RESET && other == RESET);
  }
}

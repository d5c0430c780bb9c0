package dev.gori.kernel.sample;

/// What is known about a native histogram's counter reset against the sample before it.
public enum ResetHint {
  /// Nothing is known: whoever needs it compares with the sample before.
  UNKNOWN(0),
  /// The counter began again at this sample.
  RESET(1),
  /// The counter went on at this sample.
  NOT_RESET(2),
  /// No counter at all: going down means nothing.
  GAUGE(3);

  private final int code;

  ResetHint(int code) {
    this.code = code;
  }

  /// The number that Prometheus's protocols have for it, 0 to 3.
  public int code() {
    return code;
  }

  /// @param code 0 to 3; others mean nothing that is known here
  public static ResetHint of(int code) {
    return switch (code) {
      case 1 -> RESET;
      case 2 -> NOT_RESET;
      case 3 -> GAUGE;
      default -> UNKNOWN;
    };
  }

  /// The hint of a sum of two histograms, as Prometheus decides it.
  public ResetHint combinedWith(ResetHint other) {
    if (this == other) {
      return this;
    }
    return this == GAUGE || other == GAUGE ? GAUGE : UNKNOWN;
  }

  /// Whether one says "reset" and the other says "not reset", so that no hint can be right for the
  /// sum.
  public boolean conflictsWith(ResetHint other) {
    return (this == RESET && other == NOT_RESET) || (this == NOT_RESET && other == RESET);
  }
}

package dev.gori.kernel.sample;

/// What is known about a native histogram's counter reset against the sample before it.
public enum ResetHint {
    /// Nothing is known: whoever needs it compares with the sample before.
    UNKNOWN,
    /// The counter began again at this sample.
    RESET,
    /// The counter went on at this sample.
    NOT_RESET,
    /// No counter at all: going down means nothing.
    GAUGE;

    /// The hint of a sum of two histograms, as Prometheus decides it.
    public ResetHint combinedWith(ResetHint other) {
        if (this == other) {
            return this;
        }
        return this == GAUGE || other == GAUGE ? GAUGE : UNKNOWN;
    }

    /// Whether one says "reset" and the other says "not reset", so that no hint can be right for the sum.
    public boolean conflictsWith(ResetHint other) {
        return (this == RESET && other == NOT_RESET) || (this == NOT_RESET && other == RESET);
    }
}

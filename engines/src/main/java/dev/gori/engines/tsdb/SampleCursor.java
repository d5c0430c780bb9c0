package dev.gori.engines.tsdb;

/// Walks over samples in order of time. Begins before the first one. For one thread.
public interface SampleCursor {

    /// Moves to the next sample; false when there is none.
    boolean next();

    /// Milliseconds since the epoch.
    long millis();

    double value();
}

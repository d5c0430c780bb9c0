package dev.gori.logs.store;

import dev.gori.kernel.label.Labels;

/// One log line with its timestamp.
///
/// @param nanos nanoseconds since the epoch
/// @param metadata structured metadata of this one line; not part of its stream
public record LogEntry(long nanos, String line, Labels metadata) {

  public LogEntry(long nanos, String line) {
    this(nanos, line, Labels.EMPTY);
  }

  /// The approximate size in memory and in a request, in bytes.
  long weight() {
    return line.length() + 24L + metadata.size() * 32L;
  }
}

package dev.gori.logs.logql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.io.IOException;
import java.util.List;

/// The store that a query reads. The logs role connects it to {@link dev.gori.logs.store.LogStore};
/// tests use a list.
@FunctionalInterface
public interface LogSource {

  /// Visits the lines of all matching streams in order of time.
  ///
  /// @param fromNanos included
  /// @param toNanos not included
  /// @param forward oldest first, else newest first
  void read(List<Matcher> matchers, long fromNanos, long toNanos, boolean forward, Visitor visitor)
      throws IOException;

  /// Receives lines one by one.
  @FunctionalInterface
  interface Visitor {
    /// @param metadata structured metadata of the line
    /// @return false to stop
    boolean take(Labels stream, long nanos, String line, Labels metadata);
  }
}

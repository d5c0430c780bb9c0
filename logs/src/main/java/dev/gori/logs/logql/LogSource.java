package dev.gori.logs.logql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.io.IOException;
import java.util.List;

/// What LogQL needs from a store. The logs role joins it to `engines.lines`; tests pass a list.
@FunctionalInterface
public interface LogSource {

  /// Gives the lines of all streams that match, in order of time.
  ///
  /// @param fromNanos included
  /// @param toNanos not included
  /// @param forward oldest first, else newest first
  void read(List<Matcher> matchers, long fromNanos, long toNanos, boolean forward, Visitor visitor)
      throws IOException;

  /// Takes lines one by one.
  @FunctionalInterface
  interface Visitor {
    /// @param metadata structured metadata of the line
    /// @return false to stop
    boolean take(Labels stream, long nanos, String line, Labels metadata);
  }
}

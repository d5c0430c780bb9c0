package dev.gori.logs.store;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.util.List;

/// Selects entries by the labels of their stream, which must satisfy every matcher, and by time.
///
/// @param fromNanos included
/// @param toNanos not included
public record LogSelector(List<Matcher> matchers, long fromNanos, long toNanos) {

  public LogSelector {
    matchers = List.copyOf(matchers);
  }

  public boolean matches(Labels stream) {
    for (var matcher : matchers) {
      if (!matcher.matches(stream)) {
        return false;
      }
    }
    return true;
  }

  LogSelector notBefore(long nanos) {
    return nanos <= fromNanos ? this : new LogSelector(matchers, nanos, toNanos);
  }
}

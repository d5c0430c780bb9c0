package dev.gori.logs.store;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.util.List;

/// Which entries are meant: those of streams that satisfy every matcher, in a range of time.
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

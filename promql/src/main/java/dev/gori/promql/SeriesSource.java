package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import java.util.List;

/// The store that PromQL reads: Prometheus's `Queryable`.
@FunctionalInterface
public interface SeriesSource {

  /// Every series that all matchers accept and that may have samples in the time range, in any
  /// order, each label set once.
  ///
  /// @param fromMillis start of the time range, inclusive, milliseconds since the epoch
  /// @param toMillis end of the time range, inclusive, milliseconds since the epoch
  List<? extends Series> select(List<Matcher> matchers, long fromMillis, long toMillis);

  /// A series whose samples are read on demand, so that a query holds the samples of one series at
  /// a time.
  interface Series {
    Labels labels();

    /// Adds the samples of the selected time range in order of time, with stale markers. The engine
    /// ignores samples outside the range. May be called more than once.
    void read(SampleBuffer into);
  }

  /// A store without series.
  SeriesSource NOTHING = (_, _, _) -> List.of();
}

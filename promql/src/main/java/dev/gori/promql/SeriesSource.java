package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import java.util.List;

/// What PromQL needs of a store.
@FunctionalInterface
public interface SeriesSource {

  /// Every series that all matchers accept and that may have samples in the time, in any order,
  /// each set of labels once.
  ///
  /// @param fromMillis the first moment of interest, inclusive
  /// @param toMillis the last moment of interest, inclusive
  List<? extends Series> select(List<Matcher> matchers, long fromMillis, long toMillis);

  /// A series whose samples are read only when their turn comes, so that a query holds one series'
  /// samples at a time.
  interface Series {
    Labels labels();

    /// Adds the samples between the two moments of the selection in order of time, stale markers
    /// included. Samples outside of it do no harm. May be called more than once.
    void read(SampleBuffer into);
  }

  /// A store without series.
  SeriesSource NOTHING = (_, _, _) -> List.of();
}

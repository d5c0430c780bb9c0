package dev.gori.metrics.rules;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.Sample;
import dev.gori.promql.SeriesSource;
import java.util.List;
import java.util.Optional;

/// The store that rules read and write: the role's store, or that of a rule test.
public interface RuleStore extends SeriesSource {

  /// One recorded sample.
  ///
  /// @param value a float, or the stale marker if the series ends
  record RecordedSample(Labels labels, double value, Optional<FloatHistogram> histogram) {

    static RecordedSample of(Labels labels, double value) {
      return new RecordedSample(labels, value, Optional.empty());
    }

    static RecordedSample end(Labels labels) {
      return of(labels, Sample.STALE);
    }
  }

  /// Stores the samples of one rule evaluation.
  ///
  /// @throws dev.gori.kernel.fault.FaultException if they cannot be stored
  void append(long millis, List<RecordedSample> samples);
}

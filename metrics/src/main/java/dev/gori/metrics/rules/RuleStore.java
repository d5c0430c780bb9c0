package dev.gori.metrics.rules;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.Sample;
import dev.gori.promql.SeriesSource;
import java.util.List;
import java.util.Optional;

/// Where rules read and write: the role's store, or the memory of a rule test.
public interface RuleStore extends SeriesSource {

  /// One sample that a rule made.
  ///
  /// @param value a float, or the stale marker where a series ends
  record RecordedSample(Labels labels, double value, Optional<FloatHistogram> histogram) {

    static RecordedSample of(Labels labels, double value) {
      return new RecordedSample(labels, value, Optional.empty());
    }

    static RecordedSample end(Labels labels) {
      return of(labels, Sample.STALE);
    }
  }

  /// Stores what one rule made at one moment.
  ///
  /// @throws dev.gori.kernel.fault.FaultException when it cannot be stored
  void append(long millis, List<RecordedSample> samples);
}

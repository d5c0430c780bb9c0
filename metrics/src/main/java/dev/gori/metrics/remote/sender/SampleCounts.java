package dev.gori.metrics.remote.sender;

/// Numbers of samples by kind.
record SampleCounts(long samples, long histograms, long exemplars) {

  static final SampleCounts NONE = new SampleCounts(0, 0, 0);

  SampleCounts plus(SampleCounts other) {
    return new SampleCounts(
        samples + other.samples, histograms + other.histograms, exemplars + other.exemplars);
  }

  /// The difference, at least zero.
  SampleCounts minus(SampleCounts earlier) {
    return new SampleCounts(
        Math.max(0, samples - earlier.samples),
        Math.max(0, histograms - earlier.histograms),
        Math.max(0, exemplars - earlier.exemplars));
  }

  static SampleCounts max(SampleCounts one, SampleCounts other) {
    return new SampleCounts(
        Math.max(one.samples, other.samples),
        Math.max(one.histograms, other.histograms),
        Math.max(one.exemplars, other.exemplars));
  }

  boolean isNone() {
    return equals(NONE);
  }

  long total() {
    return samples + histograms + exemplars;
  }
}

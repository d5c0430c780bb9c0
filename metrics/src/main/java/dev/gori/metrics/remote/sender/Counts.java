package dev.gori.metrics.remote.sender;

/// How many of each kind.
record Counts(long samples, long histograms, long exemplars) {

  static final Counts NONE = new Counts(0, 0, 0);

  Counts plus(Counts other) {
    return new Counts(
        samples + other.samples, histograms + other.histograms, exemplars + other.exemplars);
  }

  /// The difference, never below none.
  Counts since(Counts earlier) {
    return new Counts(
        Math.max(0, samples - earlier.samples),
        Math.max(0, histograms - earlier.histograms),
        Math.max(0, exemplars - earlier.exemplars));
  }

  static Counts most(Counts one, Counts other) {
    return new Counts(
        Math.max(one.samples, other.samples),
        Math.max(one.histograms, other.histograms),
        Math.max(one.exemplars, other.exemplars));
  }

  boolean isNone() {
    return equals(NONE);
  }

  long all() {
    return samples + histograms + exemplars;
  }
}

package dev.gori.promql;

import dev.gori.kernel.gotext.GoFloat;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// What `histogram_quantile` changed to force the buckets of classic histograms to be monotonic.
///
/// @param most the largest decrease between two buckets
/// @param from the first step affected, milliseconds since the epoch
record ForcedMonotonicity(
    double lowest, double highest, double most, long samples, long from, long to) {

  static ForcedMonotonicity of(ClassicBuckets.Correction fix, long millis) {
    return new ForcedMonotonicity(fix.lowest(), fix.highest(), fix.most(), 1, millis, millis);
  }

  ForcedMonotonicity plus(ForcedMonotonicity other) {
    return new ForcedMonotonicity(
        Math.min(lowest, other.lowest),
        Math.max(highest, other.highest),
        Math.max(most, other.most),
        samples + other.samples,
        Math.min(from, other.from),
        Math.max(to, other.to));
  }

  @Override
  public String toString() {
    return ", from buckets %s to %s, with a max diff of %s, over %d samples from %s to %s"
        .formatted(
            GoFloat.general(lowest),
            GoFloat.general(highest),
            GoFloat.format(most, 'g', 2),
            samples,
            moment(from),
            moment(to));
  }

  private static Instant moment(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS);
  }
}

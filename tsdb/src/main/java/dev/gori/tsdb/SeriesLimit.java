package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.List;

/// The series limit of the head: the configured one, or what a third of the heap has room for if
/// that is less. Reports what exhausted it.
final class SeriesLimit {

  /// Bytes of a series in the head with its labels, index and chunks: measured as the growth of the
  /// used heap over 20,000 series of four labels, one of them unique, with three hours of floats
  /// every 15 s (the most that a head holds): 1,869. Without the unique label 1,609; with a single
  /// sample 558 and 288.
  private static final long BYTES_PER_SERIES = 1_900;

  /// Finding the largest metric and label scans the whole index, so it is done once per this many
  /// rejections.
  private static final int LOOKUP_EVERY = 10_000;

  private final int max;
  private long rejected;
  private long nextLookup;
  private String largest = "";

  SeriesLimit(int set) {
    this(set, Runtime.getRuntime().maxMemory());
  }

  SeriesLimit(int set, long heap) {
    this.max = (int) Math.min(set, Math.max(1000, heap / 3 / BYTES_PER_SERIES));
  }

  int max() {
    return max;
  }

  /// Number of samples rejected because of the limit.
  long rejected() {
    return rejected;
  }

  /// Whether the head must reject a new series.
  boolean isReached(MemHead head) {
    if (head.size() < max) {
      return false;
    }
    if (rejected++ >= nextLookup) {
      largest =
          "the metric with most series is %s, the label with most values is %s"
              .formatted(
                  describe(head.postings().topMetrics(1)), describe(head.postings().topLabels(1)));
      nextLookup = rejected + LOOKUP_EVERY;
    }
    return true;
  }

  String rejection(Labels labels) {
    return "series limit of %d reached, %s is rejected; %s".formatted(max, labels, largest);
  }

  /// The metric and the label with the highest cardinality; empty if nothing was rejected.
  String largest() {
    return largest;
  }

  private static String describe(List<TsdbStats.Top> top) {
    return top.isEmpty()
        ? "none"
        : "'%s' (%d)".formatted(top.getFirst().name(), top.getFirst().count());
  }
}

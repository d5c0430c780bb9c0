package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.List;

/// How many series the head takes: what is set, or what a third of the heap has room for if that is
/// less. Says what used the room up.
final class SeriesLimit {

  /// Of a series in the head with its labels, index and chunks. Measured as the growth of the used
  /// heap over 20,000 series of four labels, one of them with a value of its own for each series,
  /// with three hours of floats every 15 s, the most that a head keeps: 1,869. Without that label
  /// they are 1,609, and with a single sample 558 and 288.
  private static final long BYTES_PER_SERIES = 1_900;

  /// Looking for the culprit goes through the whole index.
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

  /// Samples that were refused because of it.
  long rejected() {
    return rejected;
  }

  /// Whether the head takes another series.
  boolean isReached(MemHead head) {
    if (head.size() < max) {
      return false;
    }
    if (rejected++ >= nextLookup) {
      largest =
          "the metric with most series is %s, the label with most values is %s"
              .formatted(describe(head.postings().topMetrics(1)), describe(head.postings().topLabels(1)));
      nextLookup = rejected + LOOKUP_EVERY;
    }
    return true;
  }

  String rejection(Labels labels) {
    return "series limit of %d reached, %s is refused; %s".formatted(max, labels, largest);
  }

  /// The same of nobody in particular; empty while nothing was refused.
  String largest() {
    return largest;
  }

  private static String describe(List<TsdbStats.Top> top) {
    return top.isEmpty()
        ? "none"
        : "'%s' (%d)".formatted(top.getFirst().name(), top.getFirst().count());
  }
}

package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/// Finds the metric and the label with the highest cardinality among the series over the limit, in
/// bounded memory.
final class CardinalityReport {

  /*
   * The distinct values of a label are estimated by linear counting (Whang 1990): each value
   * sets one bit by its hash, and the number of clear bits gives the estimate. The error is
   * within 1 % up to half a million values.
   */

  private static final int BITS = 1 << 17;
  private static final int MAX_NAMES = 1000;
  private static final int MAX_LABELS = 100;
  private static final String OTHERS = "(others)";

  private final Map<String, Long> metrics = new HashMap<>();
  private final Map<String, long[]> values = new HashMap<>();
  private long series;

  void add(Labels labels) {
    series++;
    var metric = labels.metric();
    metrics.merge(
        metrics.size() < MAX_NAMES || metrics.containsKey(metric) ? metric : OTHERS, 1L, Long::sum);
    for (int i = 0; i < labels.size(); i++) {
      var name = labels.nameAt(i);
      if (values.size() < MAX_LABELS || values.containsKey(name)) {
        int bit = mixHash(labels.valueAt(i).hashCode()) & (BITS - 1);
        values.computeIfAbsent(name, _ -> new long[BITS / 64])[bit >>> 6] |= 1L << bit;
      }
    }
  }

  private static int mixHash(int hash) {
    int mixed = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    mixed = (mixed ^ (mixed >>> 13)) * 0xc2b2ae35;
    return mixed ^ (mixed >>> 16);
  }

  long series() {
    return series;
  }

  String metric() {
    return metrics.entrySet().stream()
        .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(top -> "'%s' (%d of these series)".formatted(top.getKey(), top.getValue()))
        .orElse("none");
  }

  String label() {
    return values.entrySet().stream()
        .max(Comparator.comparingLong(entry -> distinct(entry.getValue())))
        .map(top -> "'%s' (about %d values)".formatted(top.getKey(), distinct(top.getValue())))
        .orElse("none");
  }

  private static long distinct(long[] bits) {
    int clear = BITS;
    for (long word : bits) {
      clear -= Long.bitCount(word);
    }
    return Math.round(-BITS * Math.log(Math.max(1, clear) / (double) BITS));
  }
}

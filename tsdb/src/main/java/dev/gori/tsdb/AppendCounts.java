package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.tsdb.AppendResult.Reason;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Counts the stored and the rejected samples of one batch.
final class AppendCounts {

  private final Map<Reason, Integer> floats = new EnumMap<>(Reason.class);
  private final Map<Reason, Integer> histograms = new EnumMap<>(Reason.class);
  private final Map<Reason, AppendResult.Rejection> first = new LinkedHashMap<>(4);
  private int storedFloats;
  private int storedHistograms;
  private int storedExemplars;
  private int rejections;

  void stored(boolean histogram) {
    if (histogram) {
      storedHistograms++;
    } else {
      storedFloats++;
    }
  }

  void storedExemplar() {
    storedExemplars++;
  }

  void rejected(
      boolean histogram, Reason reason, Labels series, long millis, Supplier<String> why) {
    rejections++;
    (histogram ? histograms : floats).merge(reason, 1, Integer::sum);
    if (!first.containsKey(reason)) {
      first.put(reason, new AppendResult.Rejection(reason, series, millis, why.get()));
    }
  }

  /// Number of samples and exemplars rejected so far.
  int rejections() {
    return rejections;
  }

  AppendResult result() {
    var exemplars =
        new AppendResult.ExemplarCount(
            storedExemplars,
            floats.getOrDefault(Reason.EXEMPLAR_OUT_OF_ORDER, 0),
            floats.getOrDefault(Reason.EXEMPLAR_TOO_LONG, 0),
            floats.getOrDefault(Reason.EXEMPLAR_UNKNOWN_SERIES, 0));
    return new AppendResult(
        count(storedFloats, floats),
        count(storedHistograms, histograms),
        exemplars,
        List.copyOf(first.values()));
  }

  private static AppendResult.Count count(int stored, Map<Reason, Integer> by) {
    return new AppendResult.Count(
        stored,
        by.getOrDefault(Reason.OUT_OF_ORDER, 0),
        by.getOrDefault(Reason.DUPLICATE, 0),
        by.getOrDefault(Reason.TOO_OLD, 0),
        by.getOrDefault(Reason.OVER_LIMIT, 0),
        by.getOrDefault(Reason.INVALID, 0));
  }
}

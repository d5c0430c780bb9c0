package dev.gori.promql.script;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Converts the classic histograms that `load_with_nhcb` loads to native histograms with custom
/// buckets, in the same store.
final class CustomBuckets {

  /// The series of one histogram at one timestamp.
  private static final class Parts {
    private final TreeMap<Double, Double> buckets = new TreeMap<>();
    private double sum;
    private double count = -1;
  }

  private final Map<Labels, TreeMap<Integer, Parts>> histograms = new TreeMap<>();

  void add(SeriesDescription.Series series) {
    var metric = series.labels().metric();
    var le = series.labels().get("le");
    if (metric.endsWith("_bucket") && !le.isEmpty()) {
      double bound;
      try {
        bound = SeriesDescription.number(le);
      } catch (NumberFormatException e) {
        return;
      }
      each(series, "_bucket", (parts, value) -> parts.buckets.merge(bound, value, Math::max));
    } else if (metric.endsWith("_sum")) {
      each(series, "_sum", (parts, value) -> parts.sum = value);
    } else if (metric.endsWith("_count")) {
      each(series, "_count", (parts, value) -> parts.count = value);
    }
  }

  private interface Put {
    void put(Parts parts, double value);
  }

  private void each(SeriesDescription.Series series, String suffix, Put put) {
    var metric = series.labels().metric();
    var labels =
        series
            .labels()
            .without("le")
            .with(Labels.NAME, metric.substring(0, metric.length() - suffix.length()));
    var moments = histograms.computeIfAbsent(labels, _ -> new TreeMap<>());
    List<SeriesDescription.Value> values = series.values();
    for (int i = 0; i < values.size(); i++) {
      var value = values.get(i).value();
      if (value.isPresent()) {
        put.put(moments.computeIfAbsent(i, _ -> new Parts()), value.get());
      }
    }
  }

  void storeInto(ScriptStore store, long stepMillis) {
    histograms.forEach(
        (labels, moments) ->
            moments.forEach(
                (i, parts) -> {
                  if (!parts.buckets.isEmpty()) {
                    var histogram = histogram(parts);
                    if (histogram != null) {
                      store.put(labels, i * stepMillis, histogram);
                    }
                  }
                }));
  }

  private static @Nullable FloatHistogram histogram(Parts parts) {
    double total = parts.count >= 0 ? parts.count : parts.buckets.lastEntry().getValue();
    parts.buckets.putIfAbsent(Double.POSITIVE_INFINITY, total);
    var bounds =
        parts.buckets.keySet().stream().filter(b -> !b.isInfinite()).mapToDouble(b -> b).toArray();
    var counts = new double[parts.buckets.size()];
    double below = 0;
    int i = 0;
    for (double running : parts.buckets.values()) {
      if (running < below) {
        return null;
      }
      counts[i++] = running - below;
      below = running;
    }
    return FloatHistogram.custom(total, parts.sum, Buckets.from(0, counts), bounds);
  }
}

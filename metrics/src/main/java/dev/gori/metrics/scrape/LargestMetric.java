package dev.gori.metrics.scrape;

import dev.gori.kernel.label.Labels;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the cause of a cardinality explosion in one scrape.
final class LargestMetric {

  private LargestMetric() {}

  /// Describes the metric with most series and its label with most values.
  static String of(List<Labels> series) {
    Map<String, Integer> metrics = new HashMap<>();
    series.forEach(labels -> metrics.merge(labels.metric(), 1, Integer::sum));
    var metric = metrics.entrySet().stream().max(Map.Entry.comparingByValue());
    if (metric.isEmpty()) {
      return "no metric";
    }
    Map<String, Set<String>> values = new HashMap<>();
    for (var labels : series) {
      if (labels.metric().equals(metric.get().getKey())) {
        labels.forEach(
            (name, value) -> values.computeIfAbsent(name, _ -> new HashSet<>()).add(value));
      }
    }
    values.remove(Labels.NAME);
    var label =
        values.entrySet().stream()
            .max((a, b) -> Integer.compare(a.getValue().size(), b.getValue().size()));
    return "metric '%s' has most series (%d)%s"
        .formatted(
            metric.get().getKey(),
            metric.get().getValue(),
            label
                .map(
                    one ->
                        ", its label '%s' has most values (%d)"
                            .formatted(one.getKey(), one.getValue().size()))
                .orElse(""));
  }
}

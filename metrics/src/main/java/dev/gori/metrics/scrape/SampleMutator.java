package dev.gori.metrics.scrape;

import dev.gori.kernel.label.Labels;
import dev.gori.metrics.exposition.ExpositionException;
import dev.gori.metrics.exposition.SeriesText;
import dev.gori.metrics.relabel.Relabel;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Maps the labels of a scraped sample to those of the stored series: adds target labels, applies
/// metric relabelling, checks the limits.
final class SampleMutator implements ScrapeCache.Mutator {

  private final Labels target;
  private final ScrapeJob job;

  SampleMutator(Labels target, ScrapeJob job) {
    this.target = target;
    this.job = job;
  }

  @Override
  public @Nullable Labels mutate(SeriesText shown) throws ExpositionException {
    var labels =
        Relabel.all(
            job.metricRelabel(),
            merged(shown.writtenLabels(), target, job.options().honorLabels()));
    if (labels.isEmpty() || labels.get().isEmpty()) {
      return null;
    }
    check(labels.get());
    return labels.get();
  }

  /// @param honor whether scraped labels win over target labels (`honor_labels`), even if they are
  ///   empty
  static Labels merged(Map<String, String> scraped, Labels target, boolean honor) {
    var all = new TreeMap<>(scraped);
    target.forEach(
        (name, value) -> {
          var there = scraped.getOrDefault(name, "");
          if (honor) {
            all.putIfAbsent(name, value);
            return;
          }
          if (!there.isEmpty()) {
            var exported = "exported_" + name;
            while (all.containsKey(exported) || target.has(exported)) {
              exported = "exported_" + exported;
            }
            all.put(exported, there);
          }
          all.put(name, value);
        });
    return Labels.of(all);
  }

  /// A label limit is exceeded.
  static final class OverLimit extends ExpositionException {
    @Serial private static final long serialVersionUID = 1L;

    OverLimit(String message) {
      super(message);
    }
  }

  private void check(Labels labels) throws ExpositionException {
    if (labels.metric().isEmpty()) {
      throw new ExpositionException("%s has no metric name after relabelling".formatted(labels));
    }
    var limits = job.limits();
    if (limits.labels() > 0 && labels.size() > limits.labels()) {
      throw new OverLimit(
          "label_limit exceeded: %s has %d labels (expected: at most %d)"
              .formatted(labels.metric(), labels.size(), limits.labels()));
    }
    for (int i = 0; i < labels.size(); i++) {
      var name = labels.nameAt(i);
      boolean legal =
          name.equals(Labels.NAME) ? isLegacy(labels.metric(), true) : isLegacy(name, false);
      if (job.options().legacyNames() && !legal) {
        throw new ExpositionException(
            "%s has a name beyond letters, digits and '_' (expected: plain names, metric_name_validation_scheme is legacy)"
                .formatted(labels));
      }
      checkLength("label_name_length_limit", labels, name, limits.labelNameLength());
      checkLength("label_value_length_limit", labels, labels.valueAt(i), limits.labelValueLength());
    }
  }

  private static boolean isLegacy(String name, boolean colons) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || c == '_'
              || (colons && c == ':')
              || (i > 0 && c >= '0' && c <= '9');
      if (!plain) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static void checkLength(String limit, Labels labels, String text, int most)
      throws ExpositionException {
    if (most > 0 && text.length() * 3 > most) {
      int length = text.getBytes(StandardCharsets.UTF_8).length;
      if (length > most) {
        throw new OverLimit(
            "%s exceeded: '%.60s' of %s has %d bytes (expected: at most %d)"
                .formatted(limit, text, labels.metric(), length, most));
      }
    }
  }
}

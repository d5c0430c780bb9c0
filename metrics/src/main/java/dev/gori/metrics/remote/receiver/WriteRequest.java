package dev.gori.metrics.remote.receiver;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.metrics.remote.HistogramMessage;
import dev.gori.tsdb.AppendBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A decoded write request: a batch for the store, and the samples rejected before it. A rejected
/// series does not affect the others.
final class WriteRequest {

  private static final int MAX_LABELS = 100;
  private static final int MAX_LABEL_LENGTH = 16 << 10;
  private static final Duration MAX_AHEAD = Duration.ofMinutes(10);

  /// A decoded series whose labels are not validated yet.
  static final class Series {
    private final Map<String, String> labels = new TreeMap<>();
    private final List<FloatSample> samples = new ArrayList<>();
    private final List<HistogramMessage> histograms = new ArrayList<>();
    private final List<Exemplar> exemplars = new ArrayList<>(0);
    private long startTimestamp;
    private @Nullable String problem;

    void label(String name, String value) {
      if (name.isEmpty() || name.length() > MAX_LABEL_LENGTH || value.length() > MAX_LABEL_LENGTH) {
        reject(
            "label '%.40s' with a value of %d characters (expected: a name, and at most %d characters)"
                .formatted(name, value.length(), MAX_LABEL_LENGTH));
      } else if (labels.put(name, value) != null) {
        reject("duplicate label '%s' in one series".formatted(name));
      }
    }

    void sample(long millis, double value, long start) {
      samples.add(new FloatSample(millis, value, start));
    }

    void histogram(HistogramMessage histogram) {
      histograms.add(histogram);
    }

    void exemplar(Exemplar exemplar) {
      exemplars.add(exemplar);
    }

    /// Sets the start timestamp of samples that have none, in milliseconds since the epoch.
    void startTimestamp(long millis) {
      startTimestamp = millis;
    }

    void reject(String why) {
      problem = problem == null ? why : problem;
    }

    private int size() {
      return samples.size() + histograms.size();
    }
  }

  private record FloatSample(long millis, double value, long start) {}

  private final AppendBatch batch = new AppendBatch();
  private final long maxTimestamp;
  private int rejected;
  private @Nullable String problem;

  /// @param now milliseconds since the epoch
  WriteRequest(long now) {
    this.maxTimestamp = now + MAX_AHEAD.toMillis();
  }

  void add(Series series) {
    var labels = Labels.of(series.labels);
    if (labels.metric().isEmpty() || labels.size() > MAX_LABELS) {
      series.reject(
          "series %s with %d labels (expected: a metric name and at most %d labels)"
              .formatted(labels, labels.size(), MAX_LABELS));
    }
    if (series.problem != null) {
      reject(series.size(), series.problem);
      return;
    }
    for (var sample : series.samples) {
      if (isInTime(labels, sample.millis)) {
        batch
            .add(labels, sample.millis, sample.value)
            .startedAt(sample.start != 0 ? sample.start : series.startTimestamp);
      }
    }
    for (var message : series.histograms) {
      add(labels, message, series.startTimestamp);
    }
    series.exemplars.forEach(exemplar -> batch.exemplar(labels, exemplar));
  }

  private void add(Labels labels, HistogramMessage message, long began) {
    if (!isInTime(labels, message.millis())) {
      return;
    }
    FloatHistogram histogram;
    try {
      histogram = message.histogram();
    } catch (IllegalArgumentException e) {
      reject(
          1,
          "native histogram of %s at %d ms: %s"
              .formatted(labels, message.millis(), e.getMessage()));
      return;
    }
    batch
        .add(labels, message.millis(), histogram)
        .startedAt(message.start() != 0 ? message.start() : began);
  }

  private boolean isInTime(Labels labels, long millis) {
    if (millis > maxTimestamp) {
      reject(
          1,
          "a sample of %s at %d ms (expected: at most %d minutes ahead of now)"
              .formatted(labels, millis, MAX_AHEAD.toMinutes()));
      return false;
    }
    return true;
  }

  private void reject(int samples, String why) {
    rejected += samples;
    problem = problem == null ? why : problem;
  }

  AppendBatch batch() {
    return batch;
  }

  /// Number of samples that are not in the batch.
  int rejected() {
    return rejected;
  }

  /// Why the first sample was rejected, or why a series without samples is invalid.
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }
}

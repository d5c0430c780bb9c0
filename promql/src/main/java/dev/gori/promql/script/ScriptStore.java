package dev.gori.promql.script;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.SeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The samples of a script, or of a rule test, in memory. Its histograms have the counter-reset
/// hints that a chunked store gives: "unknown" for the first one of a chunk, "not reset" within it.
public final class ScriptStore implements SeriesSource {

  /// A sample as it was loaded.
  private record Stored(double value, Optional<FloatHistogram> histogram, long start) {}

  private final Map<Labels, TreeMap<Long, Stored>> series = new TreeMap<>();

  void clear() {
    series.clear();
  }

  /// @param starts start times relative to the samples; empty where there are none
  void load(
      Labels labels,
      long stepMillis,
      List<SeriesDescription.Value> values,
      List<SeriesDescription.Value> starts) {
    for (int i = 0; i < values.size(); i++) {
      long at = i * stepMillis;
      var value = values.get(i);
      if (!value.isGap()) {
        var start = i < starts.size() ? starts.get(i).value() : Optional.<Double>empty();
        put(labels, at, value, start.map(s -> at + s.longValue()).orElse(0L));
      }
    }
  }

  private void put(Labels labels, long at, SeriesDescription.Value value, long start) {
    series
        .computeIfAbsent(labels, _ -> new TreeMap<>())
        .put(at, new Stored(value.value().orElse(0.0), value.histogram(), start));
  }

  void put(Labels labels, long at, FloatHistogram histogram) {
    put(labels, at, SeriesDescription.Value.of(histogram), 0);
  }

  /// Adds a sample; it replaces one of the same timestamp.
  public void add(Labels labels, long millis, double value) {
    put(labels, millis, SeriesDescription.Value.of(value), 0);
  }

  /// Adds a histogram; it replaces a sample of the same timestamp.
  public void add(Labels labels, long millis, FloatHistogram histogram) {
    put(labels, millis, histogram);
  }

  @Override
  public List<Series> select(List<Matcher> matchers, long fromMillis, long toMillis) {
    var found = new ArrayList<Series>();
    series.forEach(
        (labels, samples) -> {
          if (matchers.stream().allMatch(m -> m.matches(labels))) {
            found.add(new Held(labels, samples, fromMillis, toMillis));
          }
        });
    return found;
  }

  private record Held(Labels labels, TreeMap<Long, Stored> samples, long from, long to)
      implements Series {
    @Override
    public void read(SampleBuffer into) {
      FloatHistogram before = null;
      for (var entry : samples.headMap(to, true).entrySet()) {
        var histogram = entry.getValue().histogram();
        var hinted =
            histogram.map(FloatHistogram::hint).isEmpty() ? null : hinted(histogram.get(), before);
        before = histogram.orElse(null);
        if (entry.getKey() < from) {
          continue;
        }
        if (hinted != null) {
          into.add(entry.getKey(), hinted);
        } else {
          into.add(entry.getKey(), entry.getValue().value());
        }
        if (entry.getValue().start() != 0) {
          into.startedAt(entry.getValue().start());
        }
      }
    }

    private static FloatHistogram hinted(
        FloatHistogram histogram, @Nullable FloatHistogram before) {
      if (histogram.isGauge()) {
        return histogram;
      }
      boolean newChunk =
          before == null
              || before.isGauge()
              || histogram.hint() == ResetHint.RESET
              || histogram.schema() != before.schema()
              || histogram.zeroThreshold() != before.zeroThreshold()
              || !histogram.hasSameBounds(before)
              || histogram.withHint(ResetHint.UNKNOWN).isResetAfter(before);
      return histogram.withHint(newChunk ? ResetHint.UNKNOWN : ResetHint.NOT_RESET);
    }
  }
}

package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Two hours of made-up samples, the same at every run: counters with resets, gauges, series with a
/// gap, classic histograms, odd values.
final class SampleData implements SeriesSource {

  static final long START = 1_700_000_000L / 7200 * 7200;
  private static final int COUNT = 480;

  private record Made(Labels labels, long[] millis, double[] values)
      implements SeriesSource.Series {
    @Override
    public void read(SampleBuffer into) {
      for (int i = 0; i < millis.length; i++) {
        into.add(millis[i], values[i]);
      }
    }
  }

  private final Random random = new Random(42);
  private final List<Made> series = new ArrayList<>();

  SampleData() {
    for (var job : List.of("api", "web", "db")) {
      for (int instance = 0; instance < 3; instance++) {
        var labels = Labels.of("job", job, "instance", "host-" + instance);
        counter("requests_total", labels.with("code", "200"), 5);
        counter("requests_total", labels.with("code", "500"), 0.2);
        gauge("memory_bytes", labels, 1e9, 1e8);
        gauge("temperature", labels, 20, 30);
        histogram(labels);
      }
      gauge(
          "limit_bytes",
          Labels.of("job", job, "tier", job.equals("db") ? "gold" : "silver"),
          2e9,
          0);
    }
    odd();
  }

  private void counter(String name, Labels labels, double perSecond) {
    double value = random.nextInt(1000);
    var points = new Collected();
    for (int i = 0; i < COUNT; i++) {
      value =
          random.nextInt(150) == 0
              ? 0
              : value + Math.rint(perSecond * 15 * random.nextDouble() * 2);
      points.add(i, value);
    }
    add(labels.with(Labels.NAME, name), points);
  }

  private void gauge(String name, Labels labels, double base, double spread) {
    var points = new Collected();
    double value = base;
    for (int i = 0; i < COUNT; i++) {
      value =
          base
              + spread * Math.sin(i / 40.0 + labels.hashCode() % 7)
              + (spread == 0 ? 0 : random.nextInt(10));
      if (spread > 0 || i < 200 || i > 240) {
        points.add(i, value);
      }
    }
    add(labels.with(Labels.NAME, name), points);
  }

  private void histogram(Labels labels) {
    var bounds = List.of("0.005", "0.05", "0.5", "1", "+Inf");
    var totals = new double[bounds.size()];
    var points = bounds.stream().map(_ -> new Collected()).toList();
    for (int i = 0; i < COUNT; i++) {
      double more = 0;
      for (int b = 0; b < totals.length; b++) {
        more += random.nextInt(6);
        totals[b] += more;
        points.get(b).add(i, totals[b]);
      }
    }
    for (int b = 0; b < totals.length; b++) {
      add(labels.with("le", bounds.get(b)).with(Labels.NAME, "latency_bucket"), points.get(b));
    }
  }

  private void odd() {
    var points = new Collected();
    var values =
        new double[] {
          Double.NaN, Double.POSITIVE_INFINITY, -1, 0, Double.NEGATIVE_INFINITY, 1e300, -2.5
        };
    for (int i = 0; i < COUNT; i++) {
      points.add(i, values[i / 10 % values.length]);
    }
    add(Labels.of(Labels.NAME, "odd"), points);
  }

  /// Points 15 seconds apart, three seconds after the full minute, so that no range ends on one.
  private static final class Collected {
    private final List<Long> millis = new ArrayList<>();
    private final List<Double> values = new ArrayList<>();

    void add(int place, double value) {
      millis.add((START + 3 + place * 15L) * 1000);
      values.add(value);
    }
  }

  private void add(Labels labels, Collected points) {
    series.add(
        new Made(
            labels,
            points.millis.stream().mapToLong(m -> m).toArray(),
            points.values.stream().mapToDouble(v -> v).toArray()));
  }

  @Override
  public List<Made> select(List<Matcher> matchers, long fromMillis, long toMillis) {
    return series.stream()
        .filter(s -> matchers.stream().allMatch(m -> m.matches(s.labels)))
        .toList();
  }

  String openMetrics() {
    var text = new StringBuilder();
    for (var one : series) {
      var labels = one.labels.without(Labels.NAME).toString().replace(", ", ",");
      for (int i = 0; i < one.millis.length; i++) {
        text.append(one.labels.metric())
            .append(labels)
            .append(' ')
            .append(one.values[i])
            .append(' ')
            .append(one.millis[i] / 1000)
            .append('\n');
      }
    }
    return text.append("# EOF\n")
        .toString()
        .replace(" Infinity ", " +Inf ")
        .replace(" -Infinity ", " -Inf ");
  }
}

package dev.gori.metrics.exposition;

import dev.gori.kernel.label.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The start timestamps of an OpenMetrics family from its `_created` lines, which may follow the
/// samples.
final class CreatedTimestamps {

  static final CreatedTimestamps NONE = new CreatedTimestamps(new byte[0], Map.of());
  private static final List<String> OF_ONE_SAMPLE = List.of(Labels.NAME, "le", "quantile");

  private final byte[] name;
  private final Map<Labels, Long> starts;

  private CreatedTimestamps(byte[] name, Map<Labels, Long> starts) {
    this.name = name;
    this.starts = starts;
  }

  /// Reads ahead, from the end of a `# TYPE` line to the next one.
  static CreatedTimestamps ahead(byte[] in, int from, int nameFrom, int nameTo, MetricType type) {
    if (type != MetricType.COUNTER && type != MetricType.HISTOGRAM && type != MetricType.SUMMARY) {
      return NONE;
    }
    var name = new byte[nameTo - nameFrom + AsciiBytes.CREATED.length];
    System.arraycopy(in, nameFrom, name, 0, nameTo - nameFrom);
    System.arraycopy(AsciiBytes.CREATED, 0, name, nameTo - nameFrom, AsciiBytes.CREATED.length);
    var times = new CreatedTimestamps(name, new HashMap<>());
    for (int start = afterLine(in, from); start < in.length; ) {
      int after = afterLine(in, start);
      if (in[start] == '#') {
        if (start + 2 < in.length && in[start + 2] == 'T') {
          break;
        }
      } else if (AsciiBytes.startsWith(name, in, start, after)) {
        times.add(in, start, after);
      }
      start = after;
    }
    return times;
  }

  private static int afterLine(byte[] in, int from) {
    int at = from;
    while (at < in.length && in[at] != '\n') {
      at++;
    }
    return Math.min(at + 1, in.length);
  }

  /// Ignores invalid lines; the parser reports them when it gets there.
  private void add(byte[] in, int start, int after) {
    int end = after;
    while (end > start && in[end - 1] <= ' ') {
      end--;
    }
    int space = end;
    while (space > start && in[space - 1] != ' ') {
      space--;
    }
    try {
      double seconds = FloatText.parse(in, space, end);
      int series = space - 1;
      if (series > start
          && Math.abs(seconds) < 1e12
          && (in[series - 1] == '}' || series == start + name.length)) {
        starts.put(
            SeriesText.labels(in, start, series, MetricType.UNKNOWN).without(OF_ONE_SAMPLE),
            (long) (seconds * 1000));
      }
    } catch (NumberFormatException | ExpositionException _) {
      // see above
    }
  }

  /// Whether a series is a `_created` line of this family.
  boolean isCreated(byte[] in, int from, int to) {
    return name.length > 0
        && AsciiBytes.startsWith(name, in, from, to)
        && (to == from + name.length || in[from + name.length] == '{');
  }

  /// The start timestamp of a series, or {@link MetricSink#NO_TIMESTAMP}.
  long of(SeriesText series) throws ExpositionException {
    if (starts.isEmpty()) {
      return MetricSink.NO_TIMESTAMP;
    }
    var start = starts.get(series.labels().without(OF_ONE_SAMPLE));
    return start == null ? MetricSink.NO_TIMESTAMP : start;
  }
}

package dev.gori.logs.logql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.life.Cancellation;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// Evaluates a range aggregation: the samples of every series in order of time, and a window that
/// moves over them. A window includes its end but not its start.
final class RangeEvaluator implements StepEvaluator {

  /// The timestamps and values of one series.
  private static final class Samples {
    long[] nanos = new long[16];
    double[] values = new double[16];
    int size;
    int start; // first index of the window of the current step
    int end;

    void add(long at, double value) {
      if (size == nanos.length) {
        nanos = Arrays.copyOf(nanos, size * 2);
        values = Arrays.copyOf(values, size * 2);
      }
      nanos[size] = at;
      values[size++] = value;
    }

    /// Moves the window to `(from, to]`; steps must ascend.
    void moveTo(long from, long to) {
      while (start < size && nanos[start] <= from) {
        start++;
      }
      end = Math.max(end, start);
      while (end < size && nanos[end] <= to) {
        end++;
      }
    }
  }

  /// The size of the cache from labels to group; bounded, since every line may have different
  /// labels.
  private static final int MAX_CACHED_GROUPS = 1_000;

  private final Expr.RangeAggregation range;
  private final StepGrid steps;
  private final Map<Labels, Samples> series;

  private RangeEvaluator(Expr.RangeAggregation range, StepGrid steps, Map<Labels, Samples> series) {
    this.range = range;
    this.steps = steps;
    this.series = series;
  }

  static RangeEvaluator read(Expr.RangeAggregation range, Context context) throws IOException {
    var series = new HashMap<Labels, Samples>();
    var grouped = new HashMap<Labels, Labels>();
    long from = context.steps().from() - range.offset() - range.window() + 1;
    long to = context.steps().nanos(context.steps().count() - 1) - range.offset() + 1;
    context
        .source()
        .read(
            range.log().matchers(),
            from,
            to,
            true,
            (stream, nanos, text, metadata) -> {
              context.meter().count(text);
              var line = new LogLine(stream, nanos, text, metadata);
              if (LogEngine.passes(range.log().stages(), line)) {
                checkError(line);
                if (grouped.size() > MAX_CACHED_GROUPS) {
                  grouped.clear();
                }
                var labels =
                    grouped.computeIfAbsent(
                        line.labels(),
                        l ->
                            range.grouping() == null
                                ? l
                                : VectorAggregator.group(l, range.grouping()));
                context.meter().hold(2 * Double.BYTES);
                series
                    .computeIfAbsent(
                        labels,
                        l -> {
                          context.meter().hold(LogEngine.Meter.size(l));
                          return new Samples();
                        })
                    .add(nanos, value(range, line));
                if (series.size() > context.limits().maxSeries()) {
                  throw new LogQlException(
                      "maximum of series (%d) reached for a single query by %s; drop labels or use a narrower selector"
                          .formatted(context.limits().maxSeries(), range.op().text()));
                }
              }
              return true;
            });
    return new RangeEvaluator(range, context.steps(), new TreeMap<>(series));
  }

  private static void checkError(LogLine line) {
    var error = line.get(LogLine.ERROR);
    if (!error.isEmpty()) {
      throw new LogQlException(
          "pipeline error: '%s' for series: '%s'; %s. Use a label filter to drop such lines, such as | __error__=\"\""
              .formatted(error, line.labels().without(LogLine.DETAILS), line.get(LogLine.DETAILS)));
    }
  }

  private static double value(Expr.RangeAggregation range, LogLine line) {
    return switch (range.op()) {
      case COUNT_OVER_TIME, ABSENT_OVER_TIME -> 1;
      case RATE -> range.log().unwraps() ? line.value() : 1;
      case BYTES_OVER_TIME, BYTES_RATE ->
          line.text().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
      case RATE_COUNTER,
          SUM_OVER_TIME,
          AVG_OVER_TIME,
          MIN_OVER_TIME,
          MAX_OVER_TIME,
          STDVAR_OVER_TIME,
          STDDEV_OVER_TIME,
          QUANTILE_OVER_TIME,
          FIRST_OVER_TIME,
          LAST_OVER_TIME ->
          line.value();
    };
  }

  @Override
  public Map<Labels, Double> at(int step) {
    long end = steps.nanos(step) - range.offset();
    var result = new LinkedHashMap<Labels, Double>();
    series.forEach(
        (labels, samples) -> {
          Cancellation.check();
          samples.moveTo(end - range.window(), end);
          if (samples.start < samples.end) {
            result.put(labels, over(samples));
          }
        });
    if (range.op() != Expr.RangeOp.ABSENT_OVER_TIME) {
      return result;
    }
    return result.isEmpty() ? Map.of(absentLabels(), 1.0) : Map.of();
  }

  private Labels absentLabels() {
    var labels = new TreeMap<String, String>();
    for (var matcher : range.log().matchers()) {
      if (matcher.op() == Matcher.Op.EQUAL) {
        labels.put(matcher.name(), matcher.value());
      }
    }
    return Labels.of(labels);
  }

  private double over(Samples samples) {
    double seconds = range.window() / 1e9;
    return switch (range.op()) {
      case COUNT_OVER_TIME -> samples.end - samples.start;
      case RATE, BYTES_RATE -> sum(samples) / seconds;
      case BYTES_OVER_TIME, SUM_OVER_TIME -> sum(samples);
      case ABSENT_OVER_TIME -> 1;
      case RATE_COUNTER -> increase(samples) / seconds;
      case AVG_OVER_TIME -> sum(samples) / (samples.end - samples.start);
      case MIN_OVER_TIME -> stream(samples).min().orElse(Double.NaN);
      case MAX_OVER_TIME -> stream(samples).max().orElse(Double.NaN);
      case STDVAR_OVER_TIME -> VectorAggregator.variance(stream(samples).toArray());
      case STDDEV_OVER_TIME -> Math.sqrt(VectorAggregator.variance(stream(samples).toArray()));
      case QUANTILE_OVER_TIME ->
          VectorAggregator.quantile(range.parameter(), stream(samples).toArray());
      case FIRST_OVER_TIME -> samples.values[samples.start];
      case LAST_OVER_TIME -> samples.values[samples.end - 1];
    };
  }

  private static java.util.stream.DoubleStream stream(Samples samples) {
    return Arrays.stream(samples.values, samples.start, samples.end);
  }

  private static double sum(Samples samples) {
    double sum = 0;
    for (int i = samples.start; i < samples.end; i++) {
      sum += samples.values[i];
    }
    return sum;
  }

  /// The increase of a counter; a lower value is a counter reset.
  private static double increase(Samples samples) {
    double grown = 0;
    for (int i = samples.start + 1; i < samples.end; i++) {
      double step = samples.values[i] - samples.values[i - 1];
      grown += step < 0 ? samples.values[i] : step;
    }
    return grown;
  }
}

package dev.gori.logs.logql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.life.Cancellation;
import dev.gori.kernel.sample.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Evaluates LogQL queries over a {@link LogSource}.
public final class LogEngine {

  /// The limits of one evaluation.
  ///
  /// @param maxLines the most lines that it reads
  /// @param maxSeries the most series of a result
  /// @param maxSteps the most steps of a range query
  /// @param maxBytes the most bytes of samples, labels and lines in memory
  public record Limits(long maxLines, int maxSeries, int maxSteps, long maxBytes) {
    public static final Limits DEFAULTS = new Limits(20_000_000, 10_000, 11_000);

    public Limits(long maxLines, int maxSeries, int maxSteps) {
      this(maxLines, maxSeries, maxSteps, 64 << 20);
    }
  }

  /// Lines of one stream, in the requested direction.
  public record LogStream(Labels labels, List<LogResultLine> lines) {}

  public record LogResultLine(long nanos, String line) {}

  /// An element of an instant vector.
  public record Element(Labels labels, double value) {}

  /// A series of a matrix, oldest sample first.
  public record Series(Labels labels, List<Sample> samples) {}

  /// How many lines and bytes the evaluation read.
  public record QueryStats(long lines, long bytes) {}

  public record Logs(List<LogStream> streams, int entries, QueryStats stats) {}

  /// @param isScalar whether the query is a number without labels
  public record Vector(List<Element> elements, boolean isScalar, QueryStats stats) {}

  public record Matrix(List<Series> series, QueryStats stats) {}

  /// The parameters of a log query.
  ///
  /// @param fromNanos included
  /// @param toNanos not included
  /// @param forward oldest first, else newest first
  /// @param limit the most lines
  /// @param interval the least time between two lines in nanoseconds; 0 returns all lines
  public record LogRequest(
      long fromNanos, long toNanos, boolean forward, int limit, long interval) {}

  private static final int LINE = 64;
  private static final int SAMPLE = 40;

  private final LogSource source;
  private final Limits limits;

  public LogEngine(LogSource source, Limits limits) {
    this.source = source;
    this.limits = limits;
  }

  /// Evaluates a log query.
  ///
  /// @throws LogQlException when it is a metric query, or exceeds a limit
  public Logs logs(Query query, LogRequest request) throws IOException {
    if (!(query.expr() instanceof Expr.Log log)) {
      throw new LogQlException("the query is a metric query (expected: a log query)");
    }
    var streams = new LinkedHashMap<Labels, List<LogResultLine>>();
    var meter = new Meter(limits);
    var taken = new int[1];
    var last = new long[] {request.forward() ? Long.MIN_VALUE : Long.MAX_VALUE};
    if (request.limit() > 0) {
      source.read(
          log.matchers(),
          request.fromNanos(),
          request.toNanos(),
          request.forward(),
          (stream, nanos, text, metadata) -> {
            meter.count(text);
            var line = new LogLine(stream, nanos, text, metadata);
            if (isFarEnough(request, last[0], nanos) && passes(log.stages(), line)) {
              last[0] = nanos;
              meter.hold(LINE + line.text().length());
              streams
                  .computeIfAbsent(line.labels(), labels -> meter.newList(labels))
                  .add(new LogResultLine(nanos, line.text()));
              taken[0]++;
            }
            return taken[0] < request.limit();
          });
    }
    var sorted = new ArrayList<LogStream>();
    new TreeMap<>(streams).forEach((labels, lines) -> sorted.add(new LogStream(labels, lines)));
    return new Logs(sorted, taken[0], meter.stats());
  }

  private static boolean isFarEnough(LogRequest request, long last, long nanos) {
    if (request.interval() <= 0 || last == Long.MIN_VALUE || last == Long.MAX_VALUE) {
      return true;
    }
    return Math.abs(nanos - last) >= request.interval();
  }

  static boolean passes(List<Stage> stages, LogLine line) {
    for (var stage : stages) {
      if (!stage.apply(line)) {
        return false;
      }
    }
    return true;
  }

  /// Evaluates a metric query at one timestamp.
  ///
  /// @throws LogQlException when it is a log query, reads a line that a stage cannot parse, or
  ///   exceeds a limit
  public Vector instant(Query query, long nanos) throws IOException {
    var meter = new Meter(limits);
    var evaluation = evaluation(query, StepGrid.at(nanos), meter);
    var elements = new ArrayList<Element>();
    var value = evaluation.at(0);
    value.forEach((labels, number) -> elements.add(new Element(labels, number)));
    return new Vector(elements, query.expr() instanceof Expr.Number, meter.stats());
  }

  /// Evaluates a metric query at each step of a time range, both ends included.
  ///
  /// @throws LogQlException as for {@link #instant}
  public Matrix range(Query query, long fromNanos, long toNanos, long stepNanos)
      throws IOException {
    var steps = new StepGrid(fromNanos, toNanos, stepNanos);
    if (steps.count() > limits.maxSteps()) {
      throw new LogQlException(
          "exceeded maximum resolution of %d points per time series: %d; use a longer step or a shorter range"
              .formatted(limits.maxSteps(), steps.count()));
    }
    var meter = new Meter(limits);
    var evaluation = evaluation(query, steps, meter);
    var series = new TreeMap<Labels, List<Sample>>();
    for (int step = 0; step < steps.count(); step++) {
      long millis = Math.floorDiv(steps.nanos(step), 1_000_000L);
      Cancellation.check();
      var vector = evaluation.at(step);
      meter.hold((long) SAMPLE * vector.size());
      vector.forEach(
          (labels, value) ->
              series
                  .computeIfAbsent(labels, meter::<Sample>newList)
                  .add(new Sample(millis, value)));
      if (series.size() > limits.maxSeries()) {
        throw tooMany(series);
      }
    }
    var result = new ArrayList<Series>();
    series.forEach((labels, samples) -> result.add(new Series(labels, samples)));
    return new Matrix(result, meter.stats());
  }

  private LogQlException tooMany(Map<Labels, ?> series) {
    return new LogQlException(
        "maximum of series (%d) reached for a single query: %d; group them, such as sum by (app) (…)"
            .formatted(limits.maxSeries(), series.size()));
  }

  private StepEvaluator evaluation(Query query, StepGrid steps, Meter meter) throws IOException {
    if (!(query.expr() instanceof Expr.Metric metric)) {
      throw new LogQlException(
          "the query is a log query (expected: a metric query, such as count_over_time(%s [5m]))"
              .formatted(query));
    }
    return StepEvaluator.of(metric, new StepEvaluator.Context(source, steps, limits, meter));
  }

  /// Counts what an evaluation reads and holds in memory, and stops it at a limit.
  static final class Meter {
    private final long most;
    private final long mostHeld;
    private long lines;
    private long bytes;
    private long newList;

    Meter(Limits limits) {
      this.most = limits.maxLines();
      this.mostHeld = limits.maxBytes();
    }

    /// Counts bytes that stay in memory until the query ends.
    void hold(long more) {
      newList += more;
      if (newList > mostHeld) {
        throw new LogQlException(
            "the query holds more than %d bytes of samples, labels and lines in memory; use a narrower selector, a shorter range, a longer step or a smaller limit"
                .formatted(mostHeld));
      }
    }

    /// Returns a list for a new series or stream, and counts its labels.
    <T> List<T> newList(Labels labels) {
      hold(LINE + size(labels));
      return new ArrayList<>();
    }

    static long size(Labels labels) {
      long size = 0;
      for (int i = 0; i < labels.size(); i++) {
        size += LINE + labels.nameAt(i).length() + labels.valueAt(i).length();
      }
      return size;
    }

    void count(String text) {
      Cancellation.check();
      lines++;
      bytes += text.length();
      if (lines > most) {
        throw new LogQlException(
            "the query reads more than %d lines; use a narrower selector or a shorter range"
                .formatted(most));
      }
    }

    QueryStats stats() {
      return new QueryStats(lines, bytes);
    }
  }
}

package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import dev.gori.http.StreamBody;
import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Bucket;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.promql.QueryResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Streams a query result as JSON.
///
/// @param stats query statistics, if requested
record QueryResultJson(QueryResult answer, Optional<Object> stats) implements StreamBody {

  private static final int FLUSH_SIZE = 16 << 10;

  private static final int MAX_ANNOTATIONS = 10;

  /// Results with at least this many points and series are streamed.
  private static final int STREAMING_THRESHOLD = 1_000;

  /// Whether the result should be streamed.
  boolean isLong() {
    return switch (answer.value()) {
      case QueryResult.Scalar _, QueryResult.Text _ -> false;
      case QueryResult.Vector(var samples) -> samples.size() > STREAMING_THRESHOLD;
      case QueryResult.Matrix(var series) ->
          series.stream().mapToLong(one -> 1 + one.points().size()).sum() > STREAMING_THRESHOLD;
    };
  }

  byte[] whole() {
    var bytes = new ByteArrayOutputStream(FLUSH_SIZE);
    try {
      writeTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // writes to memory do not fail
    }
    return bytes.toByteArray();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    new Writing(out).answer(answer, stats);
  }

  private static final class Writing {

    private final OutputStream to;
    private final StringBuilder out = new StringBuilder(FLUSH_SIZE + 1024);

    Writing(OutputStream to) {
      this.to = to;
    }

    private void flush() throws IOException {
      to.write(out.toString().getBytes(StandardCharsets.UTF_8));
      out.setLength(0);
    }

    void answer(QueryResult answer, Optional<Object> stats) throws IOException {
      out.append("{\"status\":\"success\",\"data\":{\"resultType\":\"");
      value(answer.value());
      stats.ifPresent(counts -> out.append(",\"stats\":").append(Json.text(counts)));
      out.append('}');
      notes("warnings", answer.warnings());
      notes("infos", answer.infos());
      out.append('}');
      flush();
    }

    private void value(QueryResult.Value value) throws IOException {
      switch (value) {
        case QueryResult.Scalar(long millis, double number) -> {
          out.append("scalar\",\"result\":");
          pair(millis, GoFloat.json(number));
        }
        case QueryResult.Text(long millis, String text) -> {
          out.append("string\",\"result\":[");
          GoText.seconds(out, millis).append(',').append(Json.text(text)).append(']');
        }
        case QueryResult.Vector(var samples) -> {
          out.append("vector\",\"result\":[");
          for (int i = 0; i < samples.size(); i++) {
            sample(i == 0 ? "" : ",", samples.get(i));
          }
          out.append(']');
        }
        case QueryResult.Matrix(var series) -> {
          out.append("matrix\",\"result\":[");
          for (int i = 0; i < series.size(); i++) {
            series(i == 0 ? "" : ",", series.get(i));
          }
          out.append(']');
        }
      }
    }

    private void notes(String name, List<String> notes) {
      if (!notes.isEmpty()) {
        out.append(",\"").append(name).append("\":").append(Json.text(shown(name, notes)));
      }
    }

    /// The first annotations, and the number of others.
    private static List<String> shown(String name, List<String> notes) {
      if (notes.size() <= MAX_ANNOTATIONS) {
        return notes;
      }
      var shown = new ArrayList<>(notes.subList(0, MAX_ANNOTATIONS));
      shown.add(
          "%d more %s annotations omitted"
              .formatted(
                  notes.size() - MAX_ANNOTATIONS, name.equals("infos") ? "info" : "warning"));
      return shown;
    }

    private void sample(String between, QueryResult.SampleOf sample) throws IOException {
      metric(between, sample.labels());
      var point = sample.point();
      out.append(point.histogram().isPresent() ? ",\"histogram\":" : ",\"value\":");
      point(point);
      out.append('}');
    }

    private void series(String between, QueryResult.SeriesOf series) throws IOException {
      metric(between, series.labels());
      points("values", series.points(), false);
      points("histograms", series.points(), true);
      out.append('}');
    }

    /// @param histograms whether to write the histograms or the floats
    private void points(String name, List<QueryResult.Point> points, boolean histograms)
        throws IOException {
      boolean any = false;
      for (var point : points) {
        if (point.histogram().isPresent() == histograms) {
          out.append(any ? "," : ",\"" + name + "\":[");
          any = true;
          point(point);
        }
      }
      if (any) {
        out.append(']');
      }
    }

    private void point(QueryResult.Point point) throws IOException {
      if (point.histogram().isPresent()) {
        histogram(point.millis(), point.histogram().get());
      } else {
        pair(point.millis(), GoFloat.json(point.value()));
      }
      if (out.length() > FLUSH_SIZE) {
        flush();
      }
    }

    private void metric(String between, Labels labels) {
      JsonText.labels(out.append(between).append("{\"metric\":"), labels);
    }

    private void pair(long millis, String value) {
      GoText.seconds(out.append('['), millis).append(",\"").append(value).append("\"]");
    }

    /// Writes `[time, {count, sum, buckets: [[rule, left, right, count], …]}]`; the rule is 0 for
    /// left-open, 1 for right-open, 2 for open, 3 for closed buckets.
    private void histogram(long millis, FloatHistogram histogram) {
      GoText.seconds(out.append('['), millis)
          .append(",{\"count\":\"")
          .append(GoFloat.json(histogram.count()))
          .append("\",\"sum\":\"")
          .append(GoFloat.json(histogram.sum()))
          .append('"');
      var buckets =
          histogram.ascending().stream()
              .filter(bucket -> bucket.zero() ? bucket.count() > 0 : bucket.count() != 0)
              .toList();
      if (!buckets.isEmpty()) {
        out.append(",\"buckets\":[");
        for (int i = 0; i < buckets.size(); i++) {
          bucket(i == 0 ? "[" : ",[", buckets.get(i));
        }
        out.append(']');
      }
      out.append("}]");
    }

    private void bucket(String between, Bucket bucket) {
      int rule =
          bucket.lowerInclusive()
              ? bucket.upperInclusive() ? 3 : 1
              : bucket.upperInclusive() ? 0 : 2;
      out.append(between)
          .append(rule)
          .append(",\"")
          .append(GoFloat.json(bucket.lower()))
          .append("\",\"")
          .append(GoFloat.json(bucket.upper()))
          .append("\",\"")
          .append(GoFloat.json(bucket.count()))
          .append("\"]");
    }
  }
}

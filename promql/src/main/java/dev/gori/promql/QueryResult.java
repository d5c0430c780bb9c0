package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import java.util.List;
import java.util.Optional;

/// The result of a query with its annotations.
///
/// @param warnings problems that may make the result wrong, such as `PromQL warning: … (1:6)`
/// @param infos notes that do not affect the result, such as `PromQL info: … (1:6)`
public record QueryResult(Value value, List<String> warnings, List<String> infos) {

  public QueryResult {
    warnings = List.copyOf(warnings);
    infos = List.copyOf(infos);
  }

  /// The four kinds of result.
  public sealed interface Value {}

  public record Scalar(long millis, double value) implements Value {}

  public record Text(long millis, String value) implements Value {}

  /// One sample of each series, sorted when the query sorts.
  public record Vector(List<SampleOf> samples) implements Value {
    public Vector {
      samples = List.copyOf(samples);
    }
  }

  /// Series in order of their labels.
  public record Matrix(List<SeriesOf> series) implements Value {
    public Matrix {
      series = List.copyOf(series);
    }
  }

  public record SampleOf(Labels labels, Point point) {}

  public record SeriesOf(Labels labels, List<Point> points) {
    public SeriesOf {
      points = points instanceof StepSeriesPoints ? points : List.copyOf(points);
    }
  }

  /// A float, or a histogram where there is one.
  public record Point(long millis, double value, Optional<FloatHistogram> histogram) {
    public static Point of(long millis, double value) {
      return new Point(millis, value, Optional.empty());
    }

    public static Point of(long millis, FloatHistogram histogram) {
      return new Point(millis, histogram.sum(), Optional.of(histogram));
    }
  }
}

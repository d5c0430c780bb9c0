package dev.gori.promql.script;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.promql.syntax.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The notation of series and their values that scripts and rule tests share: `up{job="a"}` and
/// `1+1x3 _ stale {{count:2 sum:3}}`.
public final class SeriesNotation {

  private SeriesNotation() {}

  /// One value of a series; a gap is neither a number nor a histogram.
  public record Value(Optional<Double> number, Optional<FloatHistogram> histogram) {}

  /// The labels of one series, such as `up{job="a"}`; the metric's name is the label `__name__`.
  ///
  /// @throws IllegalArgumentException with the reason when the text is not a series
  public static Labels labels(String text) {
    try {
      return SeriesDescription.labels(text);
    } catch (ParseException e) {
      throw new IllegalArgumentException("series '%s': %s".formatted(text, e.getMessage()), e);
    }
  }

  /// The values in order, with repetitions expanded.
  ///
  /// @throws IllegalArgumentException with the reason when they cannot be read
  public static List<Value> values(String text) {
    var values = new ArrayList<Value>();
    try {
      SeriesDescription.values(text)
          .forEach(value -> values.add(new Value(value.value(), value.histogram())));
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "series values '%s' end within a histogram (expected: {{…}})".formatted(text), e);
    }
    return values;
  }
}

package dev.gori.promql;

import dev.gori.kernel.sample.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/// Functions of one float. They drop histograms.
final class MathFunctions {

  private static final Map<String, DoubleUnaryOperator> ALL = new HashMap<>();

  static {
    ALL.put("abs", Math::abs);
    ALL.put("acos", Math::acos);
    ALL.put("acosh", MathFunctions::acosh);
    ALL.put("asin", Math::asin);
    ALL.put("asinh", v -> Math.copySign(asinhOfPositive(Math.abs(v)), v));
    ALL.put("atan", Math::atan);
    ALL.put("atanh", v -> 0.5 * (Math.log1p(v) - Math.log1p(-v)));
    ALL.put("ceil", Math::ceil);
    ALL.put("cos", Math::cos);
    ALL.put("cosh", Math::cosh);
    ALL.put("deg", v -> v * (180 / Math.PI));
    ALL.put("exp", Math::exp);
    ALL.put("floor", Math::floor);
    ALL.put("ln", Math::log);
    ALL.put("log10", Math::log10);
    ALL.put("log2", MathFunctions::log2);
    ALL.put("rad", v -> v * (Math.PI / 180));
    ALL.put("sgn", Math::signum);
    ALL.put("sin", Math::sin);
    ALL.put("sinh", Math::sinh);
    ALL.put("sqrt", Math::sqrt);
    ALL.put("tan", Math::tan);
    ALL.put("tanh", Math::tanh);
  }

  /// From here on x² ± 1 equals x² in a double.
  private static final double SQUARE_IS_ALL = 1 << 28;

  private static final double LOG_2 = Math.log(2);

  private MathFunctions() {}

  /// A function of a value and the timestamp of its step, in milliseconds; the stale marker means
  /// no result.
  @FunctionalInterface
  interface FloatFunction {
    double apply(double value, int step);
  }

  static Optional<FloatFunction> of(String name) {
    var function = ALL.get(name);
    return function == null
        ? Optional.empty()
        : Optional.of((value, _) -> function.applyAsDouble(value));
  }

  static List<StepSeries> applied(
      QueryContext context, List<StepSeries> lines, FloatFunction function) {
    var results = new ArrayList<StepSeries>(lines.size());
    for (var line : lines) {
      var to = context.dropName(line);
      for (int i = 0; i < line.steps(); i++) {
        if (line.isFloat(i)) {
          to.set(i, function.apply(line.value(i), i));
        }
      }
      results.add(to);
    }
    return context.unique(results);
  }

  private static double acosh(double value) {
    if (value < 1) {
      return Double.NaN;
    }
    return value > SQUARE_IS_ALL
        ? Math.log(value) + LOG_2
        : Math.log(value + Math.sqrt(value * value - 1));
  }

  /// Keeps the precision of small values, and does not overflow for large ones.
  private static double asinhOfPositive(double value) {
    if (value > SQUARE_IS_ALL) {
      return Math.log(value) + LOG_2;
    }
    double square = value * value;
    return Math.log1p(value + square / (1 + Math.sqrt(1 + square)));
  }

  /// Exact for powers of two.
  static double log2(double value) {
    int exponent = Math.getExponent(value);
    if (exponent >= Double.MIN_EXPONENT
        && exponent <= Double.MAX_EXPONENT
        && value == Math.scalb(1.0, exponent)) {
      return exponent;
    }
    return Math.log(value) / Math.log(2);
  }

  /// Rounds to the nearest multiple, ties upwards.
  static double rounded(double value, double toNearest) {
    double inverse = 1 / toNearest;
    double rounded = Math.floor(value * inverse + 0.5) / inverse;
    return Sample.isStale(rounded) ? Double.NaN : rounded;
  }
}

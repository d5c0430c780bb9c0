package dev.gori.promql.syntax;

import static dev.gori.promql.syntax.ValueType.MATRIX;
import static dev.gori.promql.syntax.ValueType.SCALAR;
import static dev.gori.promql.syntax.ValueType.STRING;
import static dev.gori.promql.syntax.ValueType.VECTOR;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Every function of the language with its signature.
final class Signatures {

  private static final Map<String, Signature> ALL = new TreeMap<>();

  static {
    for (var name :
        List.of(
            "abs",
            "acos",
            "acosh",
            "asin",
            "asinh",
            "atan",
            "atanh",
            "ceil",
            "cos",
            "cosh",
            "deg",
            "exp",
            "floor",
            "ln",
            "log10",
            "log2",
            "rad",
            "sgn",
            "sin",
            "sinh",
            "sort",
            "sort_desc",
            "sqrt",
            "tan",
            "tanh",
            "timestamp",
            "absent",
            "histogram_avg",
            "histogram_count",
            "histogram_sum",
            "histogram_stddev",
            "histogram_stdvar")) {
      add(name, VECTOR, 0, false, VECTOR);
    }
    for (var name :
        List.of(
            "absent_over_time",
            "avg_over_time",
            "changes",
            "count_over_time",
            "delta",
            "deriv",
            "idelta",
            "increase",
            "irate",
            "first_over_time",
            "last_over_time",
            "max_over_time",
            "min_over_time",
            "present_over_time",
            "rate",
            "resets",
            "stddev_over_time",
            "stdvar_over_time",
            "sum_over_time")) {
      add(name, VECTOR, 0, false, MATRIX);
    }
    for (var name :
        List.of(
            "mad_over_time",
            "integral",
            "ts_of_first_over_time",
            "ts_of_last_over_time",
            "ts_of_max_over_time",
            "ts_of_min_over_time")) {
      add(name, VECTOR, 0, true, MATRIX);
    }
    for (var name :
        List.of(
            "day_of_month",
            "day_of_week",
            "day_of_year",
            "days_in_month",
            "hour",
            "minute",
            "month",
            "year")) {
      add(name, VECTOR, 1, false, VECTOR);
    }
    add("clamp", VECTOR, 0, false, VECTOR, SCALAR, SCALAR);
    add("clamp_max", VECTOR, 0, false, VECTOR, SCALAR);
    add("clamp_min", VECTOR, 0, false, VECTOR, SCALAR);
    add("double_exponential_smoothing", VECTOR, 0, true, MATRIX, SCALAR, SCALAR);
    add("histogram_fraction", VECTOR, 0, false, SCALAR, SCALAR, VECTOR);
    add("histogram_quantile", VECTOR, 0, false, SCALAR, VECTOR);
    add(
        "histogram_quantiles",
        VECTOR,
        9,
        true,
        VECTOR,
        STRING,
        SCALAR,
        SCALAR,
        SCALAR,
        SCALAR,
        SCALAR,
        SCALAR,
        SCALAR,
        SCALAR,
        SCALAR,
        SCALAR);
    add("info", VECTOR, 1, true, VECTOR, VECTOR);
    add("label_join", VECTOR, -1, false, VECTOR, STRING, STRING, STRING);
    add("label_replace", VECTOR, 0, false, VECTOR, STRING, STRING, STRING, STRING);
    add("pi", SCALAR, 0, false);
    add("predict_linear", VECTOR, 0, false, MATRIX, SCALAR);
    add("quantile_over_time", VECTOR, 0, false, SCALAR, MATRIX);
    add("round", VECTOR, 1, false, VECTOR, SCALAR);
    add("scalar", SCALAR, 0, false, VECTOR);
    add("sort_by_label", VECTOR, -1, true, VECTOR, STRING);
    add("sort_by_label_desc", VECTOR, -1, true, VECTOR, STRING);
    add("start_timestamp", VECTOR, 0, true, VECTOR);
    add("time", SCALAR, 0, false);
    add("vector", VECTOR, 0, false, SCALAR);
    for (var name : List.of("step", "range", "start", "end")) {
      add(name, SCALAR, 0, true);
    }
    add("min_of", SCALAR, 0, true, SCALAR, SCALAR);
    add("max_of", SCALAR, 0, true, SCALAR, SCALAR);
  }

  private Signatures() {}

  private static void add(
      String name, ValueType returns, int variadic, boolean experimental, ValueType... args) {
    ALL.put(name, new Signature(name, List.of(args), variadic, returns, experimental));
  }

  static Collection<Signature> all() {
    return List.copyOf(ALL.values());
  }

  static Optional<Signature> of(String name) {
    return Optional.ofNullable(ALL.get(name));
  }
}

package dev.gori.promql;

import java.util.List;
import java.util.Random;

/// Writes random queries over the samples of `promql/world.test`, correct in their types, over the
/// whole grammar. The same seed gives the same query.
///
/// Left out is what depends on the order in which a store or a map gives its series: which of
/// several equal ones `topk` and `limitk` choose.
///
/// One class, though long: the grammar is one recursion, and its parts share the source of chance.
final class QueryGenerator {

  private static final List<String> SELECTORS =
      List.of(
          "requests_total",
          "requests_total{code=\"500\"}",
          "requests_total{job=\"api\",instance=\"0\"}",
          "temp",
          "temp{job=~\"a.*|db\"}",
          "temp{instance!=\"0\"}",
          "mem_bytes",
          "limit",
          "odd",
          "odd{k=\"a\"}",
          "odd{k!~\"a|c\"}",
          "flat",
          "series",
          "series{a=\"1\"}",
          "series{b=\"\"}",
          "other",
          "{\"utf8.metric\"}",
          "{\"utf8.metric\",\"label.with.dots\"=\"x\"}",
          "names",
          "time_like",
          "target_info",
          "build_info",
          "latency_bucket",
          "latency_bucket{le!=\"+Inf\"}",
          "latency_sum",
          "latency_count",
          "bad_bucket",
          "bad_bucket{k=\"nonmono\"}",
          "bad_bucket{k!~\"junk|nole\"}",
          "nh",
          "nh{job=\"api\"}",
          "nh{job=~\"web|db\"}",
          "nh_gauge",
          "nh_custom",
          "nh_custom{job=\"web\"}",
          "nh_custom_gauge",
          "mixed",
          "mixed{k=~\"floats.*|float\"}",
          "mixed{k=\"schemas\"}",
          "mixed{k=~\"exp|custom\"}",
          "nan_hist",
          "nan_hist{k=\"hints\"}",
          "step_hist",
          "latency",
          "nothing",
          "{job=\"api\"}",
          "{__name__=~\"nh.*\"}",
          "{__name__=~\"limit|temp\",job=\"web\"}",
          "{__name__=~\"nh_gauge|temp\"}");

  private static final List<String> COUNTERS =
      List.of(
          "requests_total",
          "requests_total{job=\"api\"}",
          "latency_bucket",
          "limit",
          "series",
          "mem_bytes",
          "nh",
          "nh_custom",
          "nh_gauge",
          "mixed",
          "step_hist",
          "nothing");

  private static final List<String> OF_FLOATS =
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
          "sqrt",
          "tan",
          "tanh",
          "round",
          "timestamp",
          "sort",
          "sort_desc",
          "day_of_month",
          "day_of_week",
          "day_of_year",
          "days_in_month",
          "hour",
          "minute",
          "month",
          "year",
          "absent");
  private static final List<String> OF_HISTOGRAMS =
      List.of(
          "histogram_avg",
          "histogram_count",
          "histogram_sum",
          "histogram_stddev",
          "histogram_stdvar");
  private static final List<String> OVER_RANGES =
      List.of(
          "rate",
          "rate",
          "increase",
          "increase",
          "delta",
          "irate",
          "idelta",
          "deriv",
          "resets",
          "changes",
          "avg_over_time",
          "min_over_time",
          "max_over_time",
          "sum_over_time",
          "count_over_time",
          "stddev_over_time",
          "stdvar_over_time",
          "last_over_time",
          "present_over_time",
          "absent_over_time");
  private static final List<String> OVER_RANGES_EXPERIMENTAL =
      List.of(
          "mad_over_time",
          "integral",
          "first_over_time",
          "ts_of_first_over_time",
          "ts_of_last_over_time",
          "ts_of_max_over_time",
          "ts_of_min_over_time");
  private static final List<String> AGGREGATES =
      List.of("sum", "sum", "avg", "avg", "count", "min", "max", "group", "stddev", "stdvar");
  private static final List<String> GROUPINGS =
      List.of(
          "",
          "",
          "by (job)",
          "by (job, instance)",
          "without (instance)",
          "without (code, le)",
          "by (k)",
          "by (a)",
          "by ()",
          "without ()",
          "by (__name__)",
          "by (__name__, job)",
          "by (le, job)",
          "by (\"label.with.dots\")",
          "without (k, job)");
  private static final List<String> ARITHMETIC = List.of("+", "-", "*", "/", "%", "^", "atan2");
  private static final List<String> COMPARISONS = List.of("==", "!=", ">", "<", ">=", "<=");
  private static final List<String> SETS = List.of("and", "or", "unless");
  private static final List<String> RANGES =
      List.of(
          "1m",
          "90s",
          "2m",
          "3m30s",
          "5m",
          "5m",
          "10m",
          "20m",
          "1h",
          "1ms",
          "59s999ms",
          "120",
          "30s",
          "61s");
  private static final List<String> NUMBERS =
      List.of(
          "0", "1", "2", "3", "0.5", "-1", "1e3", "NaN", "Inf", "-Inf", "5", "10", "0.1", "1.5",
          "100", "0x10", "1_000", "5m", "1e-3", "-0.25", ".9");
  private static final List<String> OFFSETS =
      List.of(
          " offset 1m", " offset 5m", " offset -2m", " offset 90s", " offset 7m30s", " offset 0s");
  private static final List<String> TIMES =
      List.of(" @ 600", " @ 1234.567", " @ start()", " @ end()", " @ 0", " @ 2700", " @ -5");
  private static final List<String> LABELS =
      List.of(
          "job", "instance", "k", "a", "b", "code", "le", "dst", "src", "__name__", "new", "zone");
  private static final List<String> DURATIONS =
      List.of(
          "step()",
          "range()",
          "1m + 30s",
          "2 * 1m",
          "5m - step()",
          "max_of(step(), 2m)",
          "min_of(range(), 5m)",
          "-(-3m)",
          "10m / 2",
          "2 ^ 6",
          "7m % 4m",
          "step() * 3 + 1s");

  private final Random random;
  private final boolean experimental;

  /// @param experimental whether to use what stands behind feature flags
  QueryGenerator(long seed, boolean experimental) {
    this.random = new Random(seed);
    this.experimental = experimental;
  }

  String next() {
    int depth = 1 + random.nextInt(4);
    return switch (random.nextInt(20)) {
      case 0 -> scalar(depth);
      default -> vector(depth);
    };
  }

  private <T> T any(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private String shift() {
    var offset = oneIn(8) ? any(OFFSETS) : "";
    var at = oneIn(14) ? any(TIMES) : "";
    return oneIn(2) ? offset + at : at + offset;
  }

  private String selector() {
    return any(SELECTORS);
  }

  private String instant() {
    var smoothed = experimental && oneIn(25) ? " smoothed" : "";
    return selector() + smoothed + shift();
  }

  private String vector(int depth) {
    if (depth <= 0) {
      return oneIn(12) ? "vector(" + scalar(0) + ")" : instant();
    }
    return switch (random.nextInt(22)) {
      case 0, 1, 2, 3, 4 -> overRange(depth);
      case 5, 6, 7, 8 -> aggregate(depth);
      case 9, 10 -> selecting(depth);
      case 11, 12, 13, 14 -> binary(depth);
      case 15, 16 -> ofVector(depth);
      case 17, 18 -> histogram(depth);
      case 19 -> labels(depth);
      case 20 -> oneIn(2) ? "-" + operand(depth - 1) : "(" + vector(depth - 1) + ")";
      default -> special(depth);
    };
  }

  private String overRange(int depth) {
    if (oneIn(10)) {
      return oneIn(2)
          ? "quantile_over_time(" + scalar(0) + ", " + matrix(depth - 1) + ")"
          : "predict_linear(" + matrix(depth - 1) + ", " + scalar(0) + ")";
    }
    if (experimental && oneIn(12)) {
      return "double_exponential_smoothing("
          + matrix(depth - 1)
          + ", "
          + any(List.of("0.5", "0.1", "0.9", "0.3", "1", "0"))
          + ", "
          + any(List.of("0.5", "0.1", "0.9", "0.3", "NaN"))
          + ")";
    }
    if (experimental && oneIn(8)) {
      return any(OVER_RANGES_EXPERIMENTAL) + "(" + matrix(depth - 1) + ")";
    }
    if (experimental && oneIn(7)) {
      boolean anchored = oneIn(2);
      return any(
              anchored
                  ? List.of("rate", "increase", "delta", "resets", "changes")
                  : List.of("rate", "increase", "delta"))
          + "("
          + any(COUNTERS)
          + "["
          + any(RANGES.subList(0, 9))
          + "] "
          + (anchored ? "anchored" : "smoothed")
          + shift()
          + ")";
    }
    return any(OVER_RANGES) + "(" + matrix(depth - 1) + ")";
  }

  private String range() {
    return experimental && oneIn(10) ? any(DURATIONS) : any(RANGES);
  }

  private String matrix(int depth) {
    if (depth > 0 && oneIn(3)) {
      var step = oneIn(3) ? "" : any(List.of("1m", "30s", "45s", "2m", "7m", "13s"));
      return operand(depth) + "[" + range() + ":" + step + "]" + shift();
    }
    return selector() + "[" + range() + "]" + shift();
  }

  private String aggregate(int depth) {
    var inner = vector(depth - 1);
    var grouping = any(GROUPINGS);
    return oneIn(2)
        ? any(AGGREGATES) + " " + grouping + " (" + inner + ")"
        : any(AGGREGATES) + "(" + inner + ") " + grouping;
  }

  private String selecting(int depth) {
    var inner = vector(depth - 1);
    var grouping = any(GROUPINGS);
    return switch (random.nextInt(experimental ? 5 : 4)) {
      case 0, 1 ->
          "quantile "
              + grouping
              + " ("
              + any(
                  List.of(
                      "0.5",
                      "0.9",
                      "0",
                      "1",
                      "-1",
                      "2",
                      "NaN",
                      "0.25",
                      "scalar(limit{job=\"api\"}) / 100"))
              + ", "
              + inner
              + ")";
      case 2 ->
          "count_values "
              + grouping
              + " ("
              + any(List.of("\"value\"", "\"job\"", "\"le.x\"", "'k'"))
              + ", "
              + selector()
              + ")";
      case 3 ->
          "count("
              + any(List.of("topk", "bottomk"))
              + " "
              + grouping
              + " ("
              + count()
              + ", "
              + inner
              + "))";
      default ->
          "limit_ratio "
              + grouping
              + " ("
              + any(List.of("0.5", "-0.5", "0.3", "1", "-1", "0", "1.5", "-3", "0.8"))
              + ", "
              + inner
              + ")";
    };
  }

  private String count() {
    return any(
        List.of(
            "1",
            "2",
            "3",
            "2.9",
            "0",
            "-1",
            "100",
            "1e9",
            "scalar(flat{k=\"z\"})",
            "time() % 5",
            "0.3"));
  }

  /// A vector that can stand before brackets or beside an operator.
  private String operand(int depth) {
    var inner = vector(depth);
    return isSimple(inner) ? inner : "(" + inner + ")";
  }

  private static boolean isSimple(String text) {
    return text.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
  }

  private String binary(int depth) {
    var left = operand(depth - 1);
    var right = operand(depth - 1);
    return switch (random.nextInt(10)) {
      case 0, 1 -> left + " " + operator() + " " + scalarOperand(depth - 1);
      case 2 -> scalarOperand(depth - 1) + " " + operator() + " " + right;
      case 3, 4 ->
          left
              + " "
              + any(SETS)
              + any(List.of("", "", " on (job)", " ignoring (code, instance)", " on ()", " on (k)"))
              + " "
              + right;
      case 5, 6 -> {
        var grouping = any(List.of("by (job) ", "by (job, instance) ", "by (a) ", "by (k) ", ""));
        yield "sum "
            + grouping
            + "("
            + left
            + ") "
            + operator()
            + fill()
            + " "
            + any(AGGREGATES)
            + " "
            + grouping
            + "("
            + right
            + ")";
      }
      case 7 -> same(left);
      default -> left + " " + matching(operator()) + " " + right;
    };
  }

  /// Two vectors that are likely to have the same labels.
  private String same(String left) {
    return left + " " + operator() + " " + left;
  }

  private String fill() {
    return experimental && oneIn(6)
        ? any(
            List.of(
                " fill(0)", " fill_left(1)", " fill_right(-2.5)", " fill_left(NaN) fill_right(3)"))
        : "";
  }

  private String operator() {
    if (experimental && oneIn(20)) {
      return oneIn(2) ? "</" : ">/";
    }
    return oneIn(3) ? any(COMPARISONS) + (oneIn(2) ? " bool" : "") : any(ARITHMETIC);
  }

  private String matching(String operator) {
    return operator
        + any(
            List.of(
                "",
                " on (job)",
                " on (job, instance)",
                " ignoring (code)",
                " ignoring (instance, zone, code)",
                " on (job) group_left",
                " on (job) group_left (tier)",
                " on (job) group_right",
                " on (a) group_right (b)",
                " ignoring (c) group_left ()",
                " on (a, b) group_left (c, job)",
                " on (k)",
                " on (job) group_left (__name__)"));
  }

  private String ofVector(int depth) {
    var inner = vector(depth - 1);
    return switch (random.nextInt(8)) {
      case 0 -> "clamp(" + inner + ", " + scalar(0) + ", " + scalar(0) + ")";
      case 1 -> "clamp_min(" + inner + ", " + scalar(0) + ")";
      case 2 -> "clamp_max(" + inner + ", " + scalar(0) + ")";
      case 3 -> "round(" + inner + ", " + scalar(0) + ")";
      default -> any(OF_FLOATS) + "(" + inner + ")";
    };
  }

  private String histogram(int depth) {
    var inner =
        switch (random.nextInt(4)) {
          case 0 -> vector(depth - 1);
          case 1 -> "sum by (le, job) (rate(latency_bucket[" + any(RANGES) + "]))";
          case 2 ->
              any(List.of("rate", "increase", "delta", "sum_over_time", "avg_over_time"))
                  + "("
                  + any(
                      List.of(
                          "nh",
                          "nh_gauge",
                          "nh_custom",
                          "nh_custom_gauge",
                          "mixed",
                          "nan_hist",
                          "step_hist",
                          "latency_bucket"))
                  + "["
                  + any(RANGES)
                  + "])";
          default ->
              any(
                  List.of(
                      "nh",
                      "nh_gauge",
                      "nh_custom",
                      "nh_custom_gauge",
                      "mixed",
                      "nan_hist",
                      "step_hist",
                      "bad_bucket",
                      "latency_bucket",
                      "{__name__=~\"latency.*\"}",
                      "latency"));
        };
    return switch (random.nextInt(experimental ? 8 : 7)) {
      case 0, 1 ->
          "histogram_quantile("
              + any(
                  List.of(
                      "0.5",
                      "0.9",
                      "0",
                      "1",
                      "-1",
                      "1.1",
                      "NaN",
                      "0.01",
                      "0.99",
                      "scalar(limit{job=\"web\"}) / 50"))
              + ", "
              + inner
              + ")";
      case 2, 3 ->
          "histogram_fraction("
              + any(List.of("0", "-Inf", "1", "0.2", "NaN", "-1", "0.001"))
              + ", "
              + any(List.of("1", "Inf", "2", "0.7", "5", "-0.5", "0.0005"))
              + ", "
              + inner
              + ")";
      case 7 ->
          "histogram_quantiles("
              + inner
              + ", \""
              + any(List.of("q", "quantile", "job"))
              + "\", 0.5, "
              + any(NUMBERS)
              + ", 0.99)";
      default -> any(OF_HISTOGRAMS) + "(" + inner + ")";
    };
  }

  private String labels(int depth) {
    var inner = vector(depth - 1);
    if (experimental && oneIn(3)) {
      return any(List.of("sort_by_label", "sort_by_label_desc"))
          + "("
          + inner
          + ", \""
          + any(LABELS)
          + "\", \""
          + any(LABELS)
          + "\")";
    }
    return oneIn(3)
        ? "label_join("
            + inner
            + ", \""
            + any(LABELS)
            + "\", \""
            + any(List.of("-", "", ","))
            + "\", \""
            + any(LABELS)
            + "\", \""
            + any(LABELS)
            + "\")"
        : "label_replace("
            + inner
            + ", \""
            + any(LABELS)
            + "\", \""
            + any(List.of("$1", "", "x-$1", "${1}$2", "$0", "v"))
            + "\", \""
            + any(LABELS)
            + "\", \""
            + any(List.of("(.*)", "a(.+)", "(.)(.*)", "source-value-(.*)", ".*", "nomatch"))
            + "\")";
  }

  private String special(int depth) {
    return switch (random.nextInt(experimental ? 6 : 3)) {
      case 0 -> "vector(" + scalar(depth - 1) + ")";
      case 1 ->
          "absent("
              + any(
                  List.of(
                      "nothing{a=\"b\"}",
                      "nothing{a=\"b\",a=\"c\"}",
                      "temp{job=\"none\",x!=\"y\"}",
                      "nothing + temp",
                      vector(depth - 1)))
              + ")";
      case 2 ->
          any(
              List.of(
                  "hour()",
                  "minute()",
                  "month()",
                  "year()",
                  "day_of_week()",
                  "days_in_month()",
                  "day_of_year()",
                  "day_of_month()"));
      case 3 -> "info(" + vector(depth - 1) + ")";
      case 4 ->
          "info("
              + vector(depth - 1)
              + ", {"
              + any(
                  List.of(
                      "version=~\".+\"",
                      "__name__=\"build_info\"",
                      "__name__=~\".*_info\"",
                      "region=\"eu\"",
                      "region!=\"eu\"",
                      "build=~\".*\",__name__!=\"target_info\"",
                      "version=\"1.0\",region=~\".*\""))
              + "})";
      default ->
          "start_timestamp(" + any(List.of("limit", "temp", "(nh)", vector(depth - 1))) + ")";
    };
  }

  private String scalarOperand(int depth) {
    var text = scalar(depth);
    return text.matches("[0-9.a-zA-Z_]+") ? text : "(" + text + ")";
  }

  private String scalar(int depth) {
    if (depth <= 0) {
      return any(NUMBERS);
    }
    return switch (random.nextInt(experimental ? 10 : 7)) {
      case 0 -> "time()";
      case 1 -> "pi()";
      case 2, 3 -> "scalar(" + vector(depth - 1) + ")";
      case 4 -> scalarOperand(depth - 1) + " " + any(ARITHMETIC) + " " + scalarOperand(depth - 1);
      case 5 ->
          scalarOperand(depth - 1) + " " + any(COMPARISONS) + " bool " + scalarOperand(depth - 1);
      case 6 -> "-" + scalarOperand(depth - 1);
      case 7 -> any(List.of("start()", "end()", "step()", "range()"));
      case 8 -> "min_of(" + scalar(depth - 1) + ", " + scalar(depth - 1) + ")";
      default -> "max_of(" + scalar(depth - 1) + ", " + scalar(depth - 1) + ")";
    };
  }
}

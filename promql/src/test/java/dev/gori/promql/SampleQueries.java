package dev.gori.promql;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Queries over the sample data: what people write, and random combinations, the same at every run.
final class SampleQueries {

  static final long FROM = SampleData.START + 3000;
  static final long TO = SampleData.START + 6600;

  private static final List<String> WRITTEN =
      List.of(
          "requests_total",
          "requests_total{code!=\"200\"}",
          "{__name__=~\"mem.*|temp.*\",job!~\"d.\"}",
          "memory_bytes offset 10m",
          "memory_bytes offset -10m",
          "memory_bytes @ " + FROM,
          "memory_bytes @ end()",
          "rate(requests_total[5m] @ start())",
          "sum(rate(requests_total[5m])) by (job)",
          "sum without (instance, code) (increase(requests_total[10m]))",
          "topk(3, requests_total)",
          "bottomk by (job) (1, memory_bytes)",
          "quantile(0.9, temperature)",
          "quantile by (job) (0.25, memory_bytes)",
          "count_values(\"value\", limit_bytes)",
          "group by (job) (up or temperature)",
          "stddev(temperature)",
          "stdvar by (job) (temperature)",
          "avg(odd)",
          "sum(odd)",
          "max(odd)",
          "min(odd)",
          "odd / 0",
          "odd % 3",
          "odd ^ 2",
          "-odd",
          "abs(odd)",
          "sgn(odd)",
          "sqrt(odd)",
          "exp(odd)",
          "ln(odd)",
          "log2(odd)",
          "log10(odd)",
          "ceil(odd)",
          "floor(odd)",
          "round(temperature, 0.5)",
          "clamp(odd, -1, 1)",
          "clamp_min(odd, 0)",
          "clamp_max(odd, 0)",
          "temperature atan2 limit_bytes",
          "sin(temperature)",
          "acosh(temperature)",
          "deg(temperature)",
          "memory_bytes / on(job) group_left(tier) limit_bytes",
          "limit_bytes - on(job) group_right memory_bytes",
          "sum by (job) (memory_bytes) / ignoring(tier) group_right limit_bytes",
          "memory_bytes / limit_bytes",
          "requests_total{code=\"500\"} / ignoring(code) requests_total{code=\"200\"}",
          "requests_total / ignoring(code) memory_bytes",
          "memory_bytes > 1e9",
          "memory_bytes > bool 1e9",
          "1e9 < memory_bytes",
          "temperature == temperature",
          "temperature != bool 20",
          "temperature and memory_bytes",
          "temperature and on(job) (limit_bytes{tier=\"gold\"})",
          "temperature unless on(job) limit_bytes{tier=\"gold\"}",
          "temperature or limit_bytes",
          "vector(1) or temperature",
          "absent(nothing{a=\"b\"})",
          "absent(temperature)",
          "absent_over_time(nothing{a=\"b\",c=~\"d\"}[5m])",
          "scalar(odd) + vector(1)",
          "time()",
          "timestamp(temperature)",
          "timestamp(abs(temperature))",
          "hour()",
          "minute(vector(time()))",
          "day_of_week(timestamp(odd))",
          "days_in_month()",
          "day_of_year()",
          "month()",
          "year()",
          "label_replace(temperature, \"host\", \"$1\", \"instance\", \"host-(.*)\")",
          "label_join(temperature, \"both\", \"/\", \"job\", \"instance\")",
          "histogram_quantile(0.9, sum by (le, job) (rate(latency_bucket[5m])))",
          "histogram_quantile(0.5, latency_bucket)",
          "histogram_quantile(0, latency_bucket)",
          "histogram_quantile(1, rate(latency_bucket[10m]))",
          "histogram_quantile(1.5, latency_bucket)",
          "predict_linear(memory_bytes[30m], 3600)",
          "deriv(temperature[15m])",
          "quantile_over_time(0.3, temperature[20m])",
          "sum_over_time(rate(requests_total[5m])[30m10s:1m])",
          "max_over_time(rate(requests_total[2m])[20m10s:])",
          "avg_over_time(temperature[20m:71s] offset 5m)",
          "rate(sum_over_time(requests_total[5m])[20m10s:3m])",
          "last_over_time(requests_total[1m])",
          "count(count by (job) (temperature))",
          "sum(requests_total) - sum(requests_total offset 30m)",
          "temperature * scalar(count(temperature))",
          "2 ^ 3 ^ 2 - -1",
          "\"text\"",
          "1 / 0",
          "temperature @ start() + temperature @ end()",
          "sum(rate(requests_total[5m] offset 7m) @ " + TO + ")",
          "sort_desc(sum by (job) (memory_bytes))",
          "rate(requests_total[10s])",
          "{job=\"api\",instance=\"host-1\"}",
          "sum by (job) ({__name__=\"requests_total\"}) > 3000 or limit_bytes",
          "temperature + on() group_left vector(1)",
          "requests_total == on(job, instance, code) requests_total",
          "1 > bool 2",
          "- - temperature");

  private static final List<String> OVER_RANGE =
      List.of(
          "rate",
          "increase",
          "delta",
          "irate",
          "idelta",
          "resets",
          "changes",
          "deriv",
          "avg_over_time",
          "sum_over_time",
          "min_over_time",
          "max_over_time",
          "count_over_time",
          "stddev_over_time",
          "stdvar_over_time",
          "last_over_time",
          "present_over_time");
  private static final List<String> SELECTORS =
      List.of(
          "requests_total",
          "memory_bytes",
          "odd",
          "temperature{job=\"web\"}",
          "requests_total{code=\"500\"}",
          "latency_bucket{le=\"0.5\"}");
  private static final List<String> AGGREGATES =
      List.of("sum", "avg", "max", "min", "count", "stddev", "group");
  private static final List<String> GROUPINGS =
      List.of("", "by (job)", "by (job, instance)", "without (instance)", "without (code)");

  private static List<String> generated() {
    var random = new Random(7);
    var queries = new ArrayList<String>();
    for (var function : OVER_RANGE) {
      for (var selector : SELECTORS) {
        queries.add("%s(%s[%dm])".formatted(function, selector, 2 + random.nextInt(20)));
      }
    }
    for (int i = 0; i < 150; i++) {
      queries.add(expression(random, 2));
    }
    return queries;
  }

  private static <T> T any(Random random, List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private static String expression(Random random, int depth) {
    if (depth == 0) {
      return random.nextBoolean()
          ? "%s(%s[%dm])"
              .formatted(any(random, OVER_RANGE), any(random, SELECTORS), 1 + random.nextInt(15))
          : any(random, SELECTORS)
              + (random.nextInt(3) == 0 ? " offset " + (1 + random.nextInt(20)) + "m" : "");
    }
    return switch (random.nextInt(5)) {
      case 0 ->
          "%s %s (%s)"
              .formatted(
                  any(random, AGGREGATES), any(random, GROUPINGS), expression(random, depth - 1));
      case 1 ->
          "(%s) %s %d"
              .formatted(
                  expression(random, depth - 1),
                  any(random, List.of("+", "*", "/", ">", "<= bool", "%")),
                  random.nextInt(50));
      case 2 ->
          "sum by (job) (%s) %s sum by (job) (%s)"
              .formatted(
                  expression(random, depth - 1),
                  any(random, List.of("+", "-", "/", "and", "or", "unless", ">")),
                  expression(random, depth - 1));
      case 3 ->
          "max_over_time((%s)[%dm10s:%ds])"
              .formatted(
                  expression(random, depth - 1),
                  5 + random.nextInt(10),
                  60 + 60 * random.nextInt(3));
      default -> "clamp_max(%s, %d)".formatted(expression(random, depth - 1), random.nextInt(1000));
    };
  }

  /// Texts that are no PromQL, for the words and the place of the error.
  static final List<String> REFUSED =
      List.of(
          "sum(up",
          "up +",
          "sum by (",
          "up{",
          "up{a",
          "up{a=",
          "up{a=\"b\"",
          "up{a=\"b\",,}",
          "up{,}",
          "up{a=\"b\" c=\"d\"}",
          "{a=\"b\"}{c=\"d\"}",
          "up[5m",
          "up[5m:",
          "up[5m]5",
          "rate(up)",
          "rate(up[5m])[5m]",
          "foo bar",
          "1 2",
          ")",
          "]",
          "}",
          "sum",
          "sum()",
          "sum(1)",
          "topk(up)",
          "topk(1,2,up)",
          "up and 1",
          "1 and up",
          "up or",
          "a on b",
          "a + on(b",
          "a + on(1) b",
          "a == bool",
          "1 == 1",
          "bogus(1)",
          "rate(up[5m], 1)",
          "clamp(up,1)",
          "round()",
          "label_replace(up,1,\"a\",\"b\",\"c\")",
          "histogram_quantile(up, up)",
          "\"a\" + 1",
          "-\"a\"",
          "\"abc",
          "'abc",
          "`abc",
          "up{a='\\q'}",
          "up{a=~\"*\"}",
          "up offset 1m offset 2m",
          "1 offset 5m",
          "sum(up) offset 5m",
          "up[5m] offset 1m [5m]",
          "up offset 1m[5m]",
          "up @ 5 @ 6",
          "up @ foo",
          "up[0s]",
          "$",
          "&",
          "up && up",
          "!up",
          "up ! up",
          "up => 1",
          "up =~ 1",
          "sum by (a b) (up)",
          "sum by (a) up",
          "sum by a (up)",
          "sum(up) by",
          "sum(up) by (a) by (b)",
          "count_values(1, up)",
          "count_values(\"a\")",
          "quantile(\"a\", up)",
          "a * on(x) group_left(x) b",
          "a and on(x) group_left() b",
          "a bool b",
          "a + bool b",
          "{}",
          "{__name__=\"\"}",
          "{a=~\".*\"}",
          "up{__name__=\"a\"}",
          "up{__name__=\"a\",__name__=\"b\"}",
          "absent()",
          "time(1)",
          "vector()",
          "scalar(1)",
          "(up",
          "((up)",
          "up)",
          "()",
          "sum((up)",
          "up[5m:1m:1m]",
          "up[5m:0s]",
          "rate(up[5m:1m])[1h]",
          "1[5m]",
          "1[5m:]",
          "(1)[5m:]",
          "\"a\"[5m:]",
          "up[5m] + 1",
          "up[5m] > 1",
          "-up[5m]",
          "+\"a\"",
          "time()[5m:]");

  private SampleQueries() {}

  static List<String> all() {
    var queries = new ArrayList<>(WRITTEN);
    queries.addAll(generated());
    return queries;
  }
}

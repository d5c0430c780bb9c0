package dev.gori.engines.promql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.engines.promql.Answer.Point;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.WallTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The same samples in a real Prometheus and here, the same queries, equal answers. Left out is what the two versions define differently
/// (ranges open to the left; how far a counter is carried on towards zero before a gap) or what the older one does not know.
final class PrometheusDifferentialTest {

    private static final long FROM = SampleData.START + 3000;
    private static final long TO = SampleData.START + 6600;
    private static final long STEP = 300;

    private static final List<String> WRITTEN = List.of(
            "requests_total", "requests_total{code!=\"200\"}", "{__name__=~\"mem.*|temp.*\",job!~\"d.\"}", "memory_bytes offset 10m",
            "memory_bytes offset -10m", "memory_bytes @ " + FROM, "memory_bytes @ end()", "rate(requests_total[5m] @ start())",
            "sum(rate(requests_total[5m])) by (job)", "sum without (instance, code) (increase(requests_total[10m]))",
            "topk(3, requests_total)", "bottomk by (job) (1, memory_bytes)", "quantile(0.9, temperature)", "quantile by (job) (0.25, memory_bytes)",
            "count_values(\"value\", limit_bytes)", "group by (job) (up or temperature)", "stddev(temperature)", "stdvar by (job) (temperature)",
            "avg(odd)", "sum(odd)", "max(odd)", "min(odd)", "odd / 0", "odd % 3", "odd ^ 2", "-odd", "abs(odd)", "sgn(odd)", "sqrt(odd)",
            "exp(odd)", "ln(odd)", "log2(odd)", "log10(odd)", "ceil(odd)", "floor(odd)", "round(temperature, 0.5)", "clamp(odd, -1, 1)",
            "clamp_min(odd, 0)", "clamp_max(odd, 0)", "temperature atan2 limit_bytes", "sin(temperature)", "acosh(temperature)", "deg(temperature)",
            "memory_bytes / on(job) group_left(tier) limit_bytes", "limit_bytes - on(job) group_right memory_bytes",
            "sum by (job) (memory_bytes) / ignoring(tier) group_right limit_bytes", "memory_bytes / limit_bytes",
            "requests_total{code=\"500\"} / ignoring(code) requests_total{code=\"200\"}", "requests_total / ignoring(code) memory_bytes",
            "memory_bytes > 1e9", "memory_bytes > bool 1e9", "1e9 < memory_bytes", "temperature == temperature", "temperature != bool 20",
            "temperature and memory_bytes", "temperature and on(job) (limit_bytes{tier=\"gold\"})", "temperature unless on(job) limit_bytes{tier=\"gold\"}",
            "temperature or limit_bytes", "vector(1) or temperature", "absent(nothing{a=\"b\"})", "absent(temperature)",
            "absent_over_time(nothing{a=\"b\",c=~\"d\"}[5m])", "scalar(odd) + vector(1)", "time()", "timestamp(temperature)", "timestamp(abs(temperature))",
            "hour()", "minute(vector(time()))", "day_of_week(timestamp(odd))", "days_in_month()", "day_of_year()", "month()", "year()",
            "label_replace(temperature, \"host\", \"$1\", \"instance\", \"host-(.*)\")", "label_join(temperature, \"both\", \"/\", \"job\", \"instance\")",
            "histogram_quantile(0.9, sum by (le, job) (rate(latency_bucket[5m])))", "histogram_quantile(0.5, latency_bucket)",
            "histogram_quantile(0, latency_bucket)", "histogram_quantile(1, rate(latency_bucket[10m]))", "histogram_quantile(1.5, latency_bucket)",
            "predict_linear(memory_bytes[30m], 3600)", "deriv(temperature[15m])", "quantile_over_time(0.3, temperature[20m])",
            "sum_over_time(rate(requests_total[5m])[30m10s:1m])", "max_over_time(rate(requests_total[2m])[20m10s:])", "avg_over_time(temperature[20m:71s] offset 5m)",
            "rate(sum_over_time(requests_total[5m])[20m10s:3m])", "last_over_time(requests_total[1m])", "count(count by (job) (temperature))",
            "sum(requests_total) - sum(requests_total offset 30m)", "temperature * scalar(count(temperature))", "2 ^ 3 ^ 2 - -1", "\"text\"", "1 / 0",
            "temperature @ start() + temperature @ end()", "sum(rate(requests_total[5m] offset 7m) @ " + TO + ")", "sort_desc(sum by (job) (memory_bytes))",
            "rate(requests_total[10s])", "{job=\"api\",instance=\"host-1\"}", "sum by (job) ({__name__=\"requests_total\"}) > 3000 or limit_bytes",
            "temperature + on() group_left vector(1)", "requests_total == on(job, instance, code) requests_total", "1 > bool 2", "- - temperature");

    private static final List<String> OVER_RANGE = List.of("rate", "increase", "delta", "irate", "idelta", "resets", "changes", "deriv",
            "avg_over_time", "sum_over_time", "min_over_time", "max_over_time", "count_over_time", "stddev_over_time", "stdvar_over_time",
            "last_over_time", "present_over_time");
    private static final List<String> SELECTORS = List.of("requests_total", "memory_bytes", "odd", "temperature{job=\"web\"}",
            "requests_total{code=\"500\"}", "latency_bucket{le=\"0.5\"}");
    private static final List<String> AGGREGATES = List.of("sum", "avg", "max", "min", "count", "stddev", "group");
    private static final List<String> GROUPINGS = List.of("", "by (job)", "by (job, instance)", "without (instance)", "without (code)");

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
                    ? "%s(%s[%dm])".formatted(any(random, OVER_RANGE), any(random, SELECTORS), 1 + random.nextInt(15))
                    : any(random, SELECTORS) + (random.nextInt(3) == 0 ? " offset " + (1 + random.nextInt(20)) + "m" : "");
        }
        return switch (random.nextInt(5)) {
            case 0 -> "%s %s (%s)".formatted(any(random, AGGREGATES), any(random, GROUPINGS), expression(random, depth - 1));
            case 1 -> "(%s) %s %d".formatted(expression(random, depth - 1), any(random, List.of("+", "*", "/", ">", "<= bool", "%")), random.nextInt(50));
            case 2 -> "sum by (job) (%s) %s sum by (job) (%s)".formatted(expression(random, depth - 1),
                    any(random, List.of("+", "-", "/", "and", "or", "unless", ">")), expression(random, depth - 1));
            case 3 -> "max_over_time((%s)[%dm10s:%ds])".formatted(expression(random, depth - 1), 5 + random.nextInt(10), 60 + 60 * random.nextInt(3));
            default -> "clamp_max(%s, %d)".formatted(expression(random, depth - 1), random.nextInt(1000));
        };
    }

    @Test
    void answersAsPrometheusDoes(@TempDir Path folder) throws Exception {
        var data = new SampleData();
        var engine = new PromQl(Options.DEFAULTS, new WallTime());
        var problems = new ArrayList<String>();
        var queries = new ArrayList<>(WRITTEN);
        queries.addAll(generated());
        try (var prometheus = PrometheusProgram.over(data.openMetrics(), folder)) {
            for (var query : queries) {
                compare(query + " (instant)", prometheus.instant(query, FROM + 1234),
                        () -> engine.instant(engine.parse(query), data, Instant.ofEpochSecond(FROM + 1234)), problems);
                compare(query, prometheus.range(query, FROM, TO, STEP), () -> engine.range(engine.parse(query), data,
                        Instant.ofEpochSecond(FROM), Instant.ofEpochSecond(TO), Duration.ofSeconds(STEP)), problems);
            }
        }
        assertThat(problems).as("%d of %d differ".formatted(problems.size(), queries.size() * 2)).isEmpty();
    }

    private interface Evaluation {
        Answer run();
    }

    private static void compare(String query, JsonNode theirs, Evaluation ours, List<String> problems) {
        boolean theyFail = theirs.path("status").asString().equals("error");
        Answer answer;
        try {
            answer = ours.run();
        } catch (PromQlException e) {
            if (!theyFail) {
                problems.add(query + ": we fail: " + e.reason());
            }
            return;
        }
        if (theyFail) {
            problems.add(query + ": they fail: " + theirs.path("error").asString());
            return;
        }
        var expected = theirs(theirs.path("data"));
        var got = ours(answer.value());
        if (!expected.keySet().equals(got.keySet())) {
            problems.add("%s: series %s, expected %s".formatted(query, got.keySet(), expected.keySet()));
            return;
        }
        for (var entry : expected.entrySet()) {
            var difference = difference(entry.getValue(), got.get(entry.getKey()));
            if (!difference.isEmpty()) {
                problems.add("%s: %s: %s".formatted(query, entry.getKey(), difference));
                return;
            }
        }
    }

    private static String difference(TreeMap<Long, Double> expected, TreeMap<Long, Double> got) {
        if (!expected.keySet().equals(got.keySet())) {
            return "at %s, expected %s".formatted(got.keySet(), expected.keySet());
        }
        for (var point : expected.entrySet()) {
            double theirs = point.getValue();
            double ours = got.get(point.getKey());
            boolean same = theirs == ours || (Double.isNaN(theirs) && Double.isNaN(ours))
                    || Math.abs(theirs - ours) <= 1e-9 * Math.max(Math.abs(theirs), Math.abs(ours));
            if (!same) {
                return "%s at %d, expected %s".formatted(ours, point.getKey(), theirs);
            }
        }
        return "";
    }

    private static Map<Labels, TreeMap<Long, Double>> theirs(JsonNode data) {
        var found = new TreeMap<Labels, TreeMap<Long, Double>>();
        var result = data.path("result");
        if (data.path("resultType").asString().equals("scalar") || data.path("resultType").asString().equals("string")) {
            found.computeIfAbsent(Labels.EMPTY, _ -> new TreeMap<>()).put(0L, number(result.path(1).asString()));
            return found;
        }
        for (var one : result) {
            var labels = new TreeMap<String, String>();
            one.path("metric").properties().forEach(p -> labels.put(p.getKey(), p.getValue().asString()));
            var points = found.computeIfAbsent(Labels.of(labels), _ -> new TreeMap<>());
            if (one.has("value")) {
                points.put(0L, number(one.path("value").path(1).asString()));
            }
            one.path("values").forEach(v -> points.put(Math.round(v.path(0).asDouble() * 1000), number(v.path(1).asString())));
        }
        return found;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            case "text" -> -1;
            default -> Double.parseDouble(text);
        };
    }

    private static Map<Labels, TreeMap<Long, Double>> ours(Answer.Value value) {
        var found = new TreeMap<Labels, TreeMap<Long, Double>>();
        switch (value) {
            case Answer.Scalar(_, var number) -> found.put(Labels.EMPTY, new TreeMap<>(Map.of(0L, number)));
            case Answer.Text(_, var text) -> found.put(Labels.EMPTY, new TreeMap<>(Map.of(0L, number(text))));
            case Answer.Vector(var samples) ->
                samples.forEach(s -> found.put(s.labels(), new TreeMap<>(Map.of(0L, s.point().value()))));
            case Answer.Matrix(var series) -> series.forEach(s -> {
                var points = found.computeIfAbsent(s.labels(), _ -> new TreeMap<>());
                for (Point point : s.points()) {
                    points.put(point.millis(), point.value());
                }
            });
        }
        return found;
    }
}

package dev.gori.app.check;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.PrometheusClient.Outcome;
import dev.gori.clients.PrometheusClient.Series;
import dev.gori.kernel.sample.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Statement 4: metrics and access log agree on the same requests.
///
/// The check reads the counters at the timestamps of two scrapes and counts the log lines between
/// these timestamps. A request that is active at a scrape may count on either side, so the check
/// tolerates a difference of 1 % plus two requests.
final class MetricsAgreeWithLogs extends EachEnvironment {

  private static final int REQUESTS = 200;

  /// The gateway counts a request after it sends the response, so the scrape may miss the last
  /// requests.
  private static final int UNDER_WAY = 2;

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern STATUS = Pattern.compile(" status=(\\d)");
  private static final Pattern MILLIS = Pattern.compile(" ms=([0-9.]+)");
  private static final String PREDICT = "handler=\"/predict\"";

  private record Window(
      Instant from, Instant to, double requests, double errors, TreeMap<Double, Double> buckets) {}

  MetricsAgreeWithLogs() {
    super(
        "requests, p95 and error ratio from metrics agree with the access log over the same window");
  }

  @Override
  Proof proveIn(RunningEnvironment environment, List<RunningEnvironment> others) {
    var serving = environment.gateway().models().variants().get("A");
    if (serving == null) {
      return Proof.failed("variant A has no model yet");
    }
    var began = environment.now();
    var before = Poller.until(PATIENCE, () -> scrapedAfter(environment, began)).orElse(began);
    var rows = new double[1][serving.columns().size()];
    for (int i = 0; i < REQUESTS; i++) {
      environment.gateway().predict(rows, Optional.of("check-" + i));
    }
    var sent = environment.now();
    var after = Poller.until(PATIENCE, () -> scrapedAfter(environment, sent));
    if (after.isEmpty()) {
      return Proof.failed("no scrape of http_requests_total within %d s", PATIENCE.toSeconds());
    }
    return compare(environment, window(environment, before, after.get()));
  }

  private static Optional<Instant> scrapedAfter(RunningEnvironment environment, Instant moment) {
    return series(
            environment,
            "http_requests_total{namespace=\"serving-%s\",%s}[1m]"
                .formatted(environment.name(), PREDICT))
        .stream()
        .flatMap(one -> one.samples().stream())
        .map(sample -> Instant.ofEpochMilli(sample.millis()))
        .filter(at -> at.isAfter(moment))
        .min(Instant::compareTo);
  }

  private static Window window(RunningEnvironment environment, Instant from, Instant to) {
    var selector = "{namespace=\"serving-%s\",%s".formatted(environment.name(), PREDICT);
    var buckets = new TreeMap<Double, Double>();
    var highres =
        "http_request_duration_highres_seconds_bucket{namespace=\"serving-%s\"}[2m]"
            .formatted(environment.name());
    for (var one : series(environment, highres)) {
      buckets.merge(bound(one.labels().get("le")), growth(one, from, to), Double::sum);
    }
    double requests = 0;
    double errors = 0;
    for (var one : series(environment, "http_requests_total" + selector + "}[2m]")) {
      double growth = growth(one, from, to);
      requests += growth;
      errors += one.labels().get("status").equals("5xx") ? growth : 0;
    }
    return new Window(from, to, requests, errors, buckets);
  }

  private static Proof compare(RunningEnvironment environment, Window window) {
    var query =
        "{namespace=\"serving-%s\"} |= \"request handler=/predict \"".formatted(environment.name());
    double expected = window.requests();
    double allowed = UNDER_WAY + expected * 0.01;
    var lines =
        Poller.until(
                PATIENCE,
                () -> {
                  var found = LogLines.range(environment, query, window.from(), window.to());
                  return Math.abs(found.size() - expected) <= allowed
                      ? Optional.of(found)
                      : Optional.empty();
                })
            .orElseGet(() -> LogLines.range(environment, query, window.from(), window.to()));
    long errors = lines.stream().filter(entry -> first(STATUS, entry.line()) == 5).count();
    double seconds =
        p95(
            LogLines.range(
                environment,
                "{namespace=\"serving-%s\"} |= \"request handler=\"".formatted(environment.name()),
                window.from(),
                window.to()));
    var bucket = quantileBucket(window.buckets());
    boolean isSame =
        expected >= REQUESTS - UNDER_WAY
            && Math.abs(lines.size() - expected) <= allowed
            && Math.abs(errors - window.errors()) <= allowed
            && bucket.isNear(seconds);
    var evidence =
        "%.0f requests by metrics, %d log lines; 5xx %.0f and %d; p95 %s by metrics, %.4f s by lines"
            .formatted(expected, lines.size(), window.errors(), errors, bucket, seconds);
    return new Proof(isSame, evidence);
  }

  /// The 95th percentile in seconds. It covers all lines, because the histogram has no handler
  /// label.
  private static double p95(List<LogLines.Entry> lines) {
    return lines.stream()
        .mapToDouble(entry -> first(MILLIS, entry.line()) / 1000)
        .sorted()
        .skip((long) (lines.size() * 0.95))
        .findFirst()
        .orElse(0);
  }

  /// The bucket in which the 95th percentile lies; both ends are in seconds.
  private record Bucket(double from, double to) {
    /// Accepts values up to a factor of two outside the bucket, because logged times can be
    /// slightly longer.
    boolean isNear(double seconds) {
      return to > 0 && seconds >= from / 2 && seconds <= to * 2;
    }

    @Override
    public String toString() {
      return "%.3f to %.3f s".formatted(from, to);
    }
  }

  private static Bucket quantileBucket(TreeMap<Double, Double> cumulative) {
    if (cumulative.isEmpty()) {
      return new Bucket(0, 0);
    }
    double rank = cumulative.lastEntry().getValue() * 0.95;
    double to =
        cumulative.entrySet().stream()
            .filter(entry -> entry.getValue() >= rank)
            .findFirst()
            .map(Map.Entry::getKey)
            .orElse(0.0);
    var lower = cumulative.lowerKey(to);
    return new Bucket(lower == null ? 0 : lower, to);
  }

  private static List<Series> series(RunningEnvironment environment, String query) {
    return environment.metrics().instant(query, environment.now())
            instanceof Outcome.Answer(var found)
        ? found
        : List.of();
  }

  private static double growth(Series series, Instant from, Instant to) {
    return at(series, to) - at(series, from);
  }

  private static double at(Series series, Instant moment) {
    return series.samples().stream()
        .filter(sample -> sample.millis() <= moment.toEpochMilli())
        .reduce((_, later) -> later)
        .map(Sample::value)
        .orElse(0.0);
  }

  private static double bound(String le) {
    return le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
  }

  private static double first(Pattern pattern, String line) {
    var found = pattern.matcher(line);
    return found.find() ? Double.parseDouble(found.group(1)) : 0;
  }
}

package dev.gori.delivery;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.delivery.controller.RolloutConfig;
import dev.gori.delivery.rollout.MetricThreshold;
import dev.gori.delivery.rollout.RollbackRule;
import dev.gori.delivery.rollout.RolloutPolicy;
import dev.gori.delivery.rollout.SequentialErrorAnalysis;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.sql.DatabaseUrl;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The keys of `delivery:` in `environment.yaml`, with their defaults and limits.
///
/// @param database its URL; the default is an SQLite file in the role's folder
/// @param poll the interval at which sync polls a local repository and checks for drift
/// @param remotePoll the same interval for a remote repository
/// @param policy keys `window`, `settle`, `interval`, `least_good`, `misses_before_alert`,
///   `longest_hold`, `attempts`
/// @param limits keys `min_up`, `error_ratio`, `p95`
/// @param queries keys `up`, `requests`, `failures`, `p95` under `queries:`; delivery fills in
///   `{env}`, `{variant}`, `{version}`, `{since}` (the time since the version began to serve) and
///   `{range}` (the range of a rate)
/// @param rateWindow the maximum range of a rate
/// @param probes the number of probe requests that delivery sends in each observation round
/// @param alias the registry alias that points to the served version
/// @param alertFor the minimum time that the alert of a rollback fires
public record DeliverySettings(
    Optional<DatabaseUrl> database,
    Duration poll,
    Duration remotePoll,
    RolloutPolicy policy,
    Limits limits,
    Map<String, String> queries,
    Duration rateWindow,
    int probes,
    String alias,
    Duration alertFor) {

  /// The thresholds beyond which a measurement counts against a version.
  ///
  /// @param errorRatio the tolerated share of failed user requests, 0 to 1; at 1 no failure counts
  /// @param p95 the maximum 95th percentile of the duration of user requests, from the last byte of
  ///   a request
  public record Limits(double minUp, double errorRatio, Duration p95) {}

  private static final String VERSION =
      "namespace=\"serving-{env}\",variant=\"{variant}\",version=\"{version}\"";

  private static final Map<String, String> QUERIES =
      Map.of(
          "up",
          "min(up{namespace=\"serving-{env}\"})",
          "requests",
          count("outcome=~\"ok|server_error\""),
          "failures",
          count("outcome=\"server_error\""),
          "p95",
          "%s >= 0 or %s".formatted(p95("user"), p95("probe")));

  /// The number of user requests since the version began to serve: the counter's value now minus
  /// its value then, or its value now if the counter was reset or did not exist then.
  private static String count(String outcome) {
    var now = "prediction_requests_total{%s,origin=\"user\",%s}".formatted(VERSION, outcome);
    return "sum((%s - %s offset {since}) >= 0 or %s) or vector(0)".formatted(now, now, now);
  }

  private static String p95(String origin) {
    return "histogram_quantile(0.95, sum by (le) (rate(prediction_request_duration_seconds_bucket{%s,origin=\"%s\"}[{range}])))"
        .formatted(VERSION, origin);
  }

  public static final DeliverySettings DEFAULTS =
      new DeliverySettings(
          Optional.empty(),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          RolloutPolicy.DEFAULTS,
          new Limits(1, 0.02, Duration.ofMillis(800)),
          QUERIES,
          Duration.ofMinutes(1),
          10,
          "champion",
          Duration.ofSeconds(45));

  public DeliverySettings {
    queries = Map.copyOf(queries);
  }

  public static DeliverySettings read(Section section, Problems problems) {
    var settings =
        new DeliverySettings(
            section.scalar(
                "database",
                "sqlite:FILE or postgresql://user:password@host:port/name",
                DatabaseUrl::parse),
            section.duration("poll", DEFAULTS.poll),
            section.duration("remote_poll", DEFAULTS.remotePoll),
            policy(section, problems),
            new Limits(
                section.number("min_up", DEFAULTS.limits.minUp),
                section.number("error_ratio", DEFAULTS.limits.errorRatio),
                section.duration("p95", DEFAULTS.limits.p95)),
            queries(section.section("queries")),
            section.duration("rate_window", DEFAULTS.rateWindow),
            (int) section.integer("probes", DEFAULTS.probes),
            section.textOr("alias", DEFAULTS.alias),
            section.duration("alert_for", DEFAULTS.alertFor));
    problems.expect(!settings.poll.isZero(), section.where("poll"), "0s", "more than 0s");
    problems.expect(
        !settings.remotePoll.isZero(), section.where("remote_poll"), "0s", "more than 0s");
    problems.expect(
        settings.limits.errorRatio >= 0 && settings.limits.errorRatio <= 1,
        section.where("error_ratio"),
        settings.limits.errorRatio,
        "0 to 1");
    problems.expect(
        settings.probes >= 0 && settings.probes <= 1_000,
        section.where("probes"),
        settings.probes,
        "0 to 1000");
    section.finish();
    return settings;
  }

  private static RolloutPolicy policy(Section section, Problems problems) {
    var defaults = DEFAULTS.policy;
    var interval = section.duration("interval", defaults.interval());
    long leastGood = section.integer("least_good", defaults.leastGood());
    long misses = section.integer("misses_before_alert", defaults.missesBeforeAlert());
    long attempts = section.integer("attempts", defaults.attempts());
    problems.expect(!interval.isZero(), section.where("interval"), "0s", "more than 0s");
    problems.expect(leastGood >= 1, section.where("least_good"), leastGood, "1 or more");
    problems.expect(misses >= 1, section.where("misses_before_alert"), misses, "1 or more");
    problems.expect(attempts >= 1, section.where("attempts"), attempts, "1 or more");
    return new RolloutPolicy(
        section.duration("window", defaults.window()),
        section.duration("settle", defaults.settle()),
        interval.isZero() ? defaults.interval() : interval,
        (int) Math.max(1, leastGood),
        (int) Math.max(1, misses),
        section.duration("longest_hold", defaults.longestHold()),
        (int) Math.max(1, attempts));
  }

  private static Map<String, String> queries(Section section) {
    var queries = new java.util.TreeMap<String, String>();
    QUERIES.forEach((name, query) -> queries.put(name, section.textOr(name, query)));
    section.finish();
    return queries;
  }

  /// The rollout configuration of an environment.
  RolloutConfig rules(EnvironmentName environment) {
    return new RolloutConfig(
        policy,
        List.of(
            new RollbackRule.Limit(
                "instance down", gate(environment, "up", MetricThreshold.Side.UNDER, limits.minUp)),
            new RollbackRule.Failures(
                "too many errors",
                query(environment, "requests"),
                query(environment, "failures"),
                new SequentialErrorAnalysis(Math.clamp(limits.errorRatio, 0, 1))),
            new RollbackRule.Limit(
                "too slow",
                gate(
                    environment,
                    "p95",
                    MetricThreshold.Side.OVER,
                    limits.p95.toMillis() / 1000.0))),
        rateWindow,
        probes,
        alias,
        alertFor);
  }

  private MetricThreshold gate(
      EnvironmentName environment, String name, MetricThreshold.Side side, double threshold) {
    return new MetricThreshold(name, query(environment, name), side, threshold);
  }

  private String query(EnvironmentName environment, String name) {
    return queries.getOrDefault(name, "").replace("{env}", environment.value());
  }
}

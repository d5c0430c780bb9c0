package dev.gori.metrics;

import com.google.re2j.PatternSyntaxException;
import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Regex;
import dev.gori.metrics.otlp.OtlpSettings;
import dev.gori.metrics.remote.sender.RemoteWriteSettings;
import dev.gori.tsdb.TsdbSettings;
import java.time.Duration;

/// The keys of `metrics:` in `environment.yaml`, with all defaults and limits.
///
/// @param scrapeInterval default of the scrape configuration
/// @param scrapeTimeout default of the scrape configuration; at most the interval
/// @param evaluationInterval default of rule groups
/// @param retention age at which samples are dropped
/// @param retentionSize limit on the bytes on disk; zero for no limit
/// @param maxSeries limit on the series in memory
/// @param maxExemplars capacity of the exemplar storage; zero for none
/// @param outOfOrderTimeWindow maximum age of a sample relative to the newest one
/// @param maxSeriesPerTarget upper bound on `sample_limit`
/// @param startTimes whether to store start timestamps; OpenMetrics' `_created` lines are not
///   series then
/// @param queryTimeout of one query
/// @param queryConcurrency limit on concurrent queries; others wait until their timeout, and are
///   rejected with 503
/// @param queryMaxSamples limit on the samples that one query holds in memory
/// @param lookback lookback delta
/// @param resendDelay minimum delay before an alert is sent again
/// @param remoteWrite whether to accept `POST /prometheus/api/v1/write`
/// @param otlp conversion for `POST /prometheus/api/v1/otlp/v1/metrics`
/// @param remoteWriteTo `remote_write_to` and `remote_write_queue_size`
/// @param adminApi whether to serve `/prometheus/api/v1/admin/tsdb/…`
/// @param corsOrigin regular expression of the origins that may read responses in a browser; empty
///   for none
public record MetricsSettings(
    Duration scrapeInterval,
    Duration scrapeTimeout,
    Duration evaluationInterval,
    Duration retention,
    Bytes retentionSize,
    int maxSeries,
    int maxExemplars,
    Duration outOfOrderTimeWindow,
    int maxSeriesPerTarget,
    boolean startTimes,
    Duration queryTimeout,
    int queryConcurrency,
    long queryMaxSamples,
    Duration lookback,
    Duration resendDelay,
    boolean remoteWrite,
    OtlpSettings otlp,
    RemoteWriteSettings remoteWriteTo,
    boolean adminApi,
    String corsOrigin) {

  public static final MetricsSettings DEFAULTS =
      new MetricsSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          Duration.ofDays(15),
          new Bytes(0),
          500_000,
          100_000,
          Duration.ZERO,
          100_000,
          false,
          Duration.ofMinutes(2),
          20,
          5_000_000,
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          true,
          OtlpSettings.DEFAULTS,
          RemoteWriteSettings.NONE,
          false,
          "");

  /// Reads the section; missing keys have their defaults.
  public static MetricsSettings read(Section section, Problems problems) {
    var d = DEFAULTS;
    var interval = section.duration("scrape_interval", d.scrapeInterval);
    var settings =
        new MetricsSettings(
            interval,
            section.duration("scrape_timeout", interval),
            section.duration("evaluation_interval", d.evaluationInterval),
            section.duration("retention", d.retention),
            section.bytes("retention_size", d.retentionSize),
            (int) Math.min(Integer.MAX_VALUE, section.integer("max_series", d.maxSeries)),
            (int) Math.min(Integer.MAX_VALUE, section.integer("max_exemplars", d.maxExemplars)),
            section.duration("out_of_order_time_window", d.outOfOrderTimeWindow),
            (int)
                Math.min(
                    Integer.MAX_VALUE,
                    section.integer("max_series_per_target", d.maxSeriesPerTarget)),
            section.flag("start_times", d.startTimes),
            section.duration("query_timeout", d.queryTimeout),
            (int)
                Math.min(
                    Integer.MAX_VALUE, section.integer("query_concurrency", d.queryConcurrency)),
            section.integer("query_max_samples", d.queryMaxSamples),
            section.duration("lookback", d.lookback),
            section.duration("resend_delay", d.resendDelay),
            section.flag("remote_write", d.remoteWrite),
            OtlpSettings.read(section.section("otlp")),
            RemoteWriteSettings.read(section, problems),
            section.flag("admin_api", d.adminApi),
            section
                .scalar(
                    "cors_origin", "a regular expression in RE2 syntax", MetricsSettings::pattern)
                .orElse(d.corsOrigin));
    settings.check(section, problems);
    section.finish();
    return problems.isEmpty() ? settings : d;
  }

  private static String pattern(String text) {
    try {
      return Regex.unanchored(text).pattern();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private void check(Section section, Problems problems) {
    problems.expect(
        scrapeInterval.isPositive(),
        section.where("scrape_interval"),
        scrapeInterval,
        "more than 0s");
    problems.expect(
        scrapeTimeout.isPositive() && scrapeTimeout.compareTo(scrapeInterval) <= 0,
        section.where("scrape_timeout"),
        scrapeTimeout,
        "more than 0s and at most scrape_interval");
    problems.expect(
        evaluationInterval.isPositive(),
        section.where("evaluation_interval"),
        evaluationInterval,
        "more than 0s");
    problems.expect(
        retention.compareTo(TsdbSettings.DEFAULTS.blockRange()) >= 0,
        section.where("retention"),
        retention,
        "at least 2h");
    problems.expect(maxSeries > 0, section.where("max_series"), maxSeries, "1 or more");
    problems.expect(maxExemplars >= 0, section.where("max_exemplars"), maxExemplars, "0 or more");
    problems.expect(
        !outOfOrderTimeWindow.isNegative(),
        section.where("out_of_order_time_window"),
        outOfOrderTimeWindow,
        "0s or more");
    problems.expect(
        maxSeriesPerTarget > 0,
        section.where("max_series_per_target"),
        maxSeriesPerTarget,
        "1 or more");
    problems.expect(
        queryTimeout.isPositive(), section.where("query_timeout"), queryTimeout, "more than 0s");
    problems.expect(
        queryConcurrency > 0, section.where("query_concurrency"), queryConcurrency, "1 or more");
    problems.expect(
        queryMaxSamples > 0, section.where("query_max_samples"), queryMaxSamples, "1 or more");
    problems.expect(lookback.isPositive(), section.where("lookback"), lookback, "more than 0s");
    problems.expect(
        resendDelay.isPositive(), section.where("resend_delay"), resendDelay, "more than 0s");
  }
}

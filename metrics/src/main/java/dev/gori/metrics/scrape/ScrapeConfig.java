package dev.gori.metrics.scrape;

import dev.gori.base.conf.Problems;
import dev.gori.kernel.label.Labels;
import dev.gori.metrics.relabel.Relabel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The parts of a Prometheus configuration that the scrape manager and the rules need. Reports
/// every problem with its line.
public final class ScrapeConfig {

  /// Defaults for the configuration.
  ///
  /// @param directory base of relative paths
  /// @param startTimes whether to store start timestamps
  public record Defaults(
      Duration interval,
      Duration timeout,
      Duration evaluationInterval,
      ConfigDirectory directory,
      boolean startTimes) {}

  private final String text;
  private final Duration evaluationInterval;
  private final Duration ruleQueryOffset;
  private final Labels externalLabels;
  private final AlertingConfig alerting;
  private final List<ScrapeJob> jobs;

  ScrapeConfig(
      String text,
      Duration evaluationInterval,
      Duration ruleQueryOffset,
      Labels externalLabels,
      AlertingConfig alerting,
      List<ScrapeJob> jobs) {
    this.text = text;
    this.evaluationInterval = evaluationInterval;
    this.ruleQueryOffset = ruleQueryOffset;
    this.externalLabels = externalLabels;
    this.alerting = alerting;
    this.jobs = List.copyOf(jobs);
  }

  /// Parses a configuration and its `scrape_config_files`. If there are problems, the result must
  /// not be used.
  public static ScrapeConfig parse(String file, String text, Defaults defaults, Problems problems) {
    return new ConfigReader(defaults, problems).read(file, text);
  }

  /// The supported kinds of service discovery, such as `static` and `file`.
  public static List<String> discoveries() {
    return Stream.concat(Stream.of("static_configs"), Discovery.KEYS.stream())
        .map(key -> key.replaceFirst("(_sd)?_configs$", ""))
        .toList();
  }

  /// The configuration for `/api/v1/status/config`, without secrets.
  public String text() {
    return text;
  }

  public Duration evaluationInterval() {
    return evaluationInterval;
  }

  /// Default query offset of rule groups.
  public Duration ruleQueryOffset() {
    return ruleQueryOffset;
  }

  /// Labels to add to alerts and other data that leaves this environment.
  public Labels externalLabels() {
    return externalLabels;
  }

  /// Additional Alertmanagers.
  public List<AlertmanagerConfig> alertmanagers() {
    return alerting.alertmanagers();
  }

  /// Applies `alert_relabel_configs`; empty if the alert is dropped.
  public Optional<Labels> relabelAlert(Labels alert) {
    return Relabel.all(alerting.relabels(), alert);
  }

  List<ScrapeJob> jobs() {
    return jobs;
  }
}

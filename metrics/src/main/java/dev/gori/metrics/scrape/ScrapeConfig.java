package dev.gori.metrics.scrape;

import dev.gori.base.conf.Problems;
import dev.gori.kernel.label.Labels;
import dev.gori.metrics.relabel.Relabel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A Prometheus configuration as far as scraping goes: `global` and `scrape_configs`, with every
/// problem at its line.
public final class ScrapeConfig {

  /// What holds where the file says nothing.
  ///
  /// @param place that relative paths in the file start from
  /// @param startTimes whether it is stored when counters began, where targets say so
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

  /// Reads a file, and those that its `scrape_config_files` name. When problems were noted the
  /// result must not be used.
  public static ScrapeConfig parse(String file, String text, Defaults defaults, Problems problems) {
    return new ConfigReader(defaults, problems).read(file, text);
  }

  /// The ways in which jobs may find targets: `static`, `file` and the like.
  public static List<String> discoveries() {
    return Stream.concat(Stream.of("static_configs"), Discovery.KEYS.stream())
        .map(key -> key.replaceFirst("(_sd)?_configs$", ""))
        .toList();
  }

  /// What was read, for `/api/v1/status/config`, without secrets.
  public String text() {
    return text;
  }

  public Duration evaluationInterval() {
    return evaluationInterval;
  }

  /// How far back the queries of rule groups look that name nothing else.
  public Duration ruleQueryOffset() {
    return ruleQueryOffset;
  }

  /// Labels that are put on what leaves this environment: alerts.
  public Labels externalLabels() {
    return externalLabels;
  }

  /// Who else is to be told of alerts.
  public List<AlertmanagerConfig> alertmanagers() {
    return alerting.alertmanagers();
  }

  /// What becomes of an alert's labels on the way out; nothing when the alert is not to be sent.
  public Optional<Labels> relabelAlert(Labels alert) {
    return Relabel.all(alerting.relabels(), alert);
  }

  List<ScrapeJob> jobs() {
    return jobs;
  }
}

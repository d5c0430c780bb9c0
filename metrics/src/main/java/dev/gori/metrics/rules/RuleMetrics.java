package dev.gori.metrics.rules;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.rulefiles.Rule;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Metrics of rule evaluation, under Prometheus's names.
final class RuleMetrics {

  private static final String GROUP = "rule_group";

  private final Counter evaluations;
  private final Counter failures;
  private final Counter iterations;
  private final Counter missed;
  private final Gauge interval;
  private final Gauge lastDuration;
  private final Gauge lastTime;
  private final Gauge lastSamples;
  private final Gauge rules;
  private final Summary ruleSeconds;
  private final Summary groupSeconds;
  private final Map<String, Long> missedBefore = new ConcurrentHashMap<>();
  private Set<String> known = Set.of();

  RuleMetrics(SelfMetrics metrics) {
    var registry = metrics.registry();
    evaluations = counter("prometheus_rule_evaluations_total", "Evaluations of rules.", registry);
    failures =
        counter(
            "prometheus_rule_evaluation_failures_total",
            "Evaluations of rules that failed.",
            registry);
    iterations =
        counter(
            "prometheus_rule_group_iterations_total",
            "Scheduled evaluations of rule groups, including missed ones.",
            registry);
    missed =
        counter(
            "prometheus_rule_group_iterations_missed_total",
            "Evaluations of rule groups missed because a previous one took too long.",
            registry);
    interval =
        gauge("prometheus_rule_group_interval_seconds", "The interval of a rule group.", registry);
    lastDuration =
        gauge(
            "prometheus_rule_group_last_duration_seconds",
            "Duration of a group's last evaluation.",
            registry);
    lastTime =
        gauge(
            "prometheus_rule_group_last_evaluation_timestamp_seconds",
            "Time of a group's last evaluation.",
            registry);
    lastSamples =
        gauge(
            "prometheus_rule_group_last_evaluation_samples",
            "Samples stored by a group's last evaluation.",
            registry);
    rules = gauge("prometheus_rule_group_rules", "Number of rules in a group.", registry);
    ruleSeconds =
        summary(
            "prometheus_rule_evaluation_duration_seconds",
            "Duration of rule evaluations.",
            registry);
    groupSeconds =
        summary(
            "prometheus_rule_group_duration_seconds", "Duration of group evaluations.", registry);
  }

  private static Counter counter(String name, String help, PrometheusRegistry registry) {
    return Counter.builder().name(name).help(help).labelNames(GROUP).register(registry);
  }

  private static Gauge gauge(String name, String help, PrometheusRegistry registry) {
    return Gauge.builder().name(name).help(help).labelNames(GROUP).register(registry);
  }

  private static Summary summary(String name, String help, PrometheusRegistry registry) {
    return Summary.builder()
        .name(name)
        .help(help)
        .quantile(0.5, 0.05)
        .quantile(0.9, 0.01)
        .quantile(0.99, 0.001)
        .register(registry);
  }

  /// Creates the metrics of a group with value zero.
  void register(String group, Duration every, Collection<Rule> all) {
    evaluations.initLabelValues(group);
    failures.initLabelValues(group);
    iterations.initLabelValues(group);
    missed.initLabelValues(group);
    interval.labelValues(group).set(every.toNanos() / 1e9);
    rules.labelValues(group).set(all.size());
  }

  /// Removes the metrics of other groups.
  synchronized void keepOnly(Set<String> groups) {
    var gone = new HashSet<>(known);
    gone.removeAll(groups);
    for (var group : gone) {
      missedBefore.remove(group);
      for (var counter : new Counter[] {evaluations, failures, iterations, missed}) {
        counter.remove(group);
      }
      for (var gauge : new Gauge[] {interval, lastDuration, lastTime, lastSamples, rules}) {
        gauge.remove(group);
      }
    }
    known = Set.copyOf(groups);
  }

  /// @param missedSoFar evaluations of the group skipped since it started
  void evaluated(String group, GroupView view, long missedSoFar) {
    var earlier = missedBefore.put(group, missedSoFar);
    long newlyMissed = missedSoFar - (earlier == null ? 0 : Math.min(earlier, missedSoFar));
    missed.labelValues(group).inc(newlyMissed);
    iterations.labelValues(group).inc(1 + newlyMissed);
    evaluations.labelValues(group).inc(view.rules().size());
    failures
        .labelValues(group)
        .inc(view.rules().stream().filter(rule -> rule.health() == RuleHealth.ERR).count());
    lastDuration.labelValues(group).set(seconds(view.took()));
    view.lastEvaluation()
        .ifPresent(at -> lastTime.labelValues(group).set(at.toEpochMilli() / 1000.0));
    lastSamples
        .labelValues(group)
        .set(view.rules().stream().mapToInt(GroupView.RuleView::samples).sum());
    groupSeconds.observe(seconds(view.took()));
    view.rules().forEach(rule -> ruleSeconds.observe(seconds(rule.took())));
  }

  private static double seconds(Duration length) {
    return length.toNanos() / 1e9;
  }
}

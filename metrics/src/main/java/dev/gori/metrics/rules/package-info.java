/// Evaluates recording and alerting rules, and sends alerts to Alertmanagers.
///
/// Owns: the evaluation schedule, the series that rules store (`ALERTS`, `ALERTS_FOR_STATE`,
/// recorded ones), Prometheus's template functions, the queues to Alertmanagers. Does not own: the
/// file format and alert states (`rulefiles`), PromQL. Threads: the evaluations of a group run one
/// after another; views are thread-safe. Entry points: {@link dev.gori.metrics.rules.RuleManager},
/// {@link dev.gori.metrics.rules.RuleFiles}.
@NullMarked
package dev.gori.metrics.rules;

import org.jspecify.annotations.NullMarked;

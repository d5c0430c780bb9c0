/// Evaluates recording and alerting rules of Prometheus rule files, and tells an Alertmanager what
/// fires.
///
/// Owns: when a group is evaluated, the series that rules store (`ALERTS`, `ALERTS_FOR_STATE`,
/// recorded ones), Prometheus's template functions, the queue towards Alertmanager. Does not own:
/// the file format and the states of an alert (`engines.rules`), PromQL. Threads: each group's
/// evaluations follow each other; the views are safe from any thread. Doors: {@link
/// dev.gori.metrics.rules.RuleManager}, {@link dev.gori.metrics.rules.RuleFiles}.
@NullMarked
package dev.gori.metrics.rules;

import org.jspecify.annotations.NullMarked;

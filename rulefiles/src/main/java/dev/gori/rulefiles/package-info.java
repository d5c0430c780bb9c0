/// Rule files and the life of an alert, for metrics and for logs: both use the same file shape and
/// the same states.
///
/// Owns: reading rule files with problems at `file:line`, recording and alerting rules as records,
/// the state machine of one alerting rule (inactive, pending, firing, resolved) and the decision
/// when an alert is sent again. Does not own: evaluating an expression, expanding a template,
/// sending: the caller passes {@link dev.gori.rulefiles.ExpressionChecker} and {@link
/// dev.gori.rulefiles.TemplateExpander} and calls its own evaluator. Threads: the records are
/// immutable; an {@link dev.gori.rulefiles.AlertStates} belongs to the one thread that evaluates
/// its group. Entry points: {@link dev.gori.rulefiles.RuleFile} and {@link
/// dev.gori.rulefiles.AlertStates}. Sources: the Prometheus documentation on recording and alerting
/// rules; Loki's documentation on its ruler.
@NullMarked
package dev.gori.rulefiles;

import org.jspecify.annotations.NullMarked;

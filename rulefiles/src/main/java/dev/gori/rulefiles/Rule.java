package dev.gori.rulefiles;

import dev.gori.kernel.label.Labels;
import java.time.Duration;

/// One rule of a group.
public sealed interface Rule {

  /// The recorded metric's name, or the alert's.
  String name();

  String expression();

  /// Labels that override those of the result: the group's, then the rule's own. Those of an
  /// alerting rule may be templates.
  Labels labels();

  /// The line in the file, from 1.
  int line();

  /// Stores the result of the expression as a new series.
  record Recording(String name, String expression, Labels labels, int line) implements Rule {}

  /// Raises an alert for each element of the result.
  ///
  /// @param holdDuration how long the expression must be true before the alert fires (`for`)
  /// @param keepFiringFor how long the alert keeps firing after the expression stopped being true
  ///   (`keep_firing_for`)
  /// @param annotations texts, usually templates
  record Alerting(
      String name,
      String expression,
      Duration holdDuration,
      Duration keepFiringFor,
      Labels labels,
      Labels annotations,
      int line)
      implements Rule {}
}

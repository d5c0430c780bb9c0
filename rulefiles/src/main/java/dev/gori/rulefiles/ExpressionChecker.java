package dev.gori.rulefiles;

import java.util.Optional;

/// Checks the expressions of a rule file: PromQL for metrics, LogQL for logs.
@FunctionalInterface
public interface ExpressionChecker {

  /// The reason why the expression is invalid, such as `1:6: expected a range`; empty when it is
  /// valid.
  Optional<String> problem(String expression);
}

package dev.gori.rulefiles;

import java.util.Optional;

/// What a rule file needs from a query language: PromQL for metrics, LogQL for logs.
@FunctionalInterface
public interface ExpressionChecker {

  /// Why the expression cannot be used, such as `1:6: expected a range`; empty when it can.
  Optional<String> problem(String expression);
}

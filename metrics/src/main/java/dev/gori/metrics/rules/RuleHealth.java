package dev.gori.metrics.rules;

import java.util.Locale;

/// The result of a rule's last evaluation.
public enum RuleHealth {
  UNKNOWN,
  OK,
  ERR;

  /// As in Prometheus's API.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

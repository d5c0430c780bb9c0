package dev.gori.metrics.scrape;

import java.util.Locale;

/// The result of a target's last scrape.
public enum TargetHealth {
  UNKNOWN,
  UP,
  DOWN;

  /// As in Prometheus's API.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

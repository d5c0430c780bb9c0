package dev.gori.promql.script;

import dev.gori.kernel.gotext.PrometheusDuration;

/// Durations of scripts: `5m`, `1m30s`, or seconds without a unit, with a sign or without.
final class ScriptDuration {

  private ScriptDuration() {}

  /// @throws IllegalArgumentException for another text
  static long millis(String text) {
    boolean negative = text.startsWith("-");
    var bare = negative || text.startsWith("+") ? text.substring(1) : text;
    long millis =
        bare.matches("[0-9.]+")
            ? Math.round(Double.parseDouble(bare) * 1000)
            : PrometheusDuration.parse(bare).toMillis();
    return negative ? -millis : millis;
  }
}

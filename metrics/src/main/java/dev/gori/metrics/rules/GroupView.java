package dev.gori.metrics.rules;

import dev.gori.rulefiles.ActiveAlert;
import dev.gori.rulefiles.Rule;
import dev.gori.rulefiles.RuleGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A rule group as it stands, for the API.
///
/// @param interval in force
/// @param took the last evaluation
public record GroupView(
    RuleGroup group,
    Duration interval,
    Optional<Instant> lastEvaluation,
    Duration took,
    List<RuleView> rules) {

  public GroupView {
    rules = List.copyOf(rules);
  }

  /// One rule of it.
  ///
  /// @param health `ok`, `err` or `unknown`
  /// @param samples how many the last evaluation stored
  /// @param alerts those pending or firing; empty for a recording rule
  public record RuleView(
      Rule rule,
      String health,
      String lastError,
      Optional<Instant> lastEvaluation,
      Duration took,
      int samples,
      ActiveAlert.State state,
      List<ActiveAlert> alerts) {

    public RuleView {
      alerts = List.copyOf(alerts);
    }
  }
}

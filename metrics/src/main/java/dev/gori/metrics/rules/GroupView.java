package dev.gori.metrics.rules;

import dev.gori.rulefiles.ActiveAlert;
import dev.gori.rulefiles.Rule;
import dev.gori.rulefiles.RuleGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A rule group for the API.
///
/// @param interval effective evaluation interval
/// @param took duration of the last evaluation
public record GroupView(
    RuleGroup group,
    Duration interval,
    Optional<Instant> lastEvaluation,
    Duration took,
    List<RuleView> rules) {

  public GroupView {
    rules = List.copyOf(rules);
  }

  /// A rule for the API.
  ///
  /// @param health result of the last evaluation
  /// @param samples stored by the last evaluation
  /// @param alerts pending and firing ones; empty for a recording rule
  public record RuleView(
      Rule rule,
      RuleHealth health,
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

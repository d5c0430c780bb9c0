package dev.gori.rulefiles;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Rules that are evaluated in order with the same timestamp.
///
/// @param file the file's name as it was given
/// @param interval the evaluation interval; empty for the role's default
/// @param limit the most alerts or series that one rule may produce; 0 for no limit
/// @param queryOffset how far the evaluation timestamp of its queries is moved back; empty for the
///   role's default
/// @param line the line in the file, from 1
public record RuleGroup(
    String file,
    String name,
    Optional<Duration> interval,
    int limit,
    Optional<Duration> queryOffset,
    List<Rule> rules,
    int line) {

  public RuleGroup {
    rules = List.copyOf(rules);
  }

  /// The same, with a query offset if it has none.
  public RuleGroup withQueryOffset(Duration offset) {
    return queryOffset.isPresent() || offset.isZero()
        ? this
        : new RuleGroup(file, name, interval, limit, Optional.of(offset), rules, line);
  }
}

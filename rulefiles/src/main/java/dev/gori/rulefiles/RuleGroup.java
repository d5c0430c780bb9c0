package dev.gori.rulefiles;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Rules that are evaluated one after the other at the same moment.
///
/// @param file the file's name as it was given
/// @param interval how often; empty for the default of the role
/// @param limit the most alerts or series that one rule may produce; 0 for no limit
/// @param queryOffset how far back from the moment of evaluation the queries look; empty for none
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

  /// The same, with a query offset where it names none.
  public RuleGroup withQueryOffset(Duration offset) {
    return queryOffset.isPresent() || offset.isZero()
        ? this
        : new RuleGroup(file, name, interval, limit, Optional.of(offset), rules, line);
  }
}

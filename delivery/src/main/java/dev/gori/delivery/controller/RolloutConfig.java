package dev.gori.delivery.controller;

import dev.gori.delivery.record.RolloutRequest;
import dev.gori.delivery.rollout.RollbackRule;
import dev.gori.delivery.rollout.RolloutPolicy;
import dev.gori.kernel.gotext.PrometheusDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// How rollouts are done in one environment.
///
/// @param rules with `{variant}`, `{version}`, `{since}` (the time since the version serves) and
///   `{range}` (that of a rate) in their queries
/// @param rateWindow the longest range of a rate; it never reaches back before the shift
/// @param probes requests that each reading sends itself, so that there is evidence without any
///   user; they are told apart from users' requests; 0 sends none
/// @param alias that follows the served version
/// @param alertFor how long a rollback's alert stays on after everything is back, so that it is
///   heard before it is resolved
public record RolloutConfig(
    RolloutPolicy policy,
    List<RollbackRule> rules,
    Duration rateWindow,
    int probes,
    String alias,
    Duration alertFor) {

  public RolloutConfig {
    rules = List.copyOf(rules);
  }

  /// The rules with their queries ready to be asked.
  List<RollbackRule> at(RolloutRequest request, Instant shifted, Instant now) {
    var since = Duration.between(shifted, now);
    var least =
        policy.settle().compareTo(Duration.ofSeconds(1)) < 0
            ? Duration.ofSeconds(1)
            : policy.settle();
    var range =
        since.compareTo(rateWindow) > 0 ? rateWindow : since.compareTo(least) < 0 ? least : since;
    var filled =
        Map.of(
            "{variant}", request.variant(),
            "{version}", Integer.toString(request.version()),
            "{since}", seconds(since.plusMillis(999)),
            "{range}", seconds(range));
    return rules.stream().map(rule -> rule.withQueries(query -> filled(query, filled))).toList();
  }

  private static String filled(String query, Map<String, String> values) {
    var text = query;
    for (var value : values.entrySet()) {
      text = text.replace(value.getKey(), value.getValue());
    }
    return text;
  }

  private static String seconds(Duration duration) {
    return PrometheusDuration.format(Duration.ofSeconds(duration.toSeconds()));
  }
}

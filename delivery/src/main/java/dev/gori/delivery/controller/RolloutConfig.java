package dev.gori.delivery.controller;

import dev.gori.delivery.record.RolloutRequest;
import dev.gori.delivery.rollout.RollbackRule;
import dev.gori.delivery.rollout.RolloutPolicy;
import dev.gori.kernel.gotext.PrometheusDuration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The configuration of the rollouts in one environment.
///
/// @param rules with `{variant}`, `{version}`, `{since}` (the time since the version began to
///   serve) and `{range}` (the range of a rate) in their queries
/// @param rateWindow the maximum range of a rate, which otherwise starts at the traffic shift
/// @param probes the number of probe requests in each round, which give evidence even without
///   users; metrics count them apart from user requests; 0 sends none
/// @param alias the registry alias that points to the served version
/// @param alertFor the minimum time that a rollback's alert fires, so that its receivers notice it
///   before it resolves
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

  /// The rules with the placeholders in their queries filled in.
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

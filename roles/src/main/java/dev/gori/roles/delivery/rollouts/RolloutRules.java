package dev.gori.roles.delivery.rollouts;

import dev.gori.engines.rollout.Policy;
import dev.gori.engines.rollout.Rule;
import dev.gori.machinery.conf.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// How rollouts are done in one environment.
///
/// @param rules with `{range}` in their queries where the rate's range belongs
/// @param rateWindow the longest range of a rate; it never reaches back before the shift
/// @param probes requests that each reading sends itself, so that there is evidence without any
///   user; 0 sends none
/// @param alias that follows the served version
/// @param alertFor how long a rollback's alert stays on after everything is back, so that it is
///   heard before it is resolved
public record RolloutRules(
        Policy policy,
        List<Rule> rules,
        Duration rateWindow,
        int probes,
        String alias,
        Duration alertFor) {

    public RolloutRules {
        rules = List.copyOf(rules);
    }

    /// The rules with their queries ready to be asked.
    List<Rule> at(Instant shifted, Instant now) {
        var since = Duration.between(shifted, now);
        var least =
                policy.settle().compareTo(Duration.ofSeconds(1)) < 0
                        ? Duration.ofSeconds(1)
                        : policy.settle();
        var range =
                since.compareTo(rateWindow) > 0
                        ? rateWindow
                        : since.compareTo(least) < 0 ? least : since;
        var text = Durations.format(Duration.ofSeconds(range.toSeconds()));
        return rules.stream()
                .map(
                        rule ->
                                new Rule(
                                        rule.name(),
                                        rule.gates().stream()
                                                .map(
                                                        gate ->
                                                                gate.with(
                                                                        gate.query()
                                                                                .replace(
                                                                                        "{range}",
                                                                                        text)))
                                                .toList()))
                .toList();
    }
}

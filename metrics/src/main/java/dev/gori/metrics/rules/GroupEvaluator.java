package dev.gori.metrics.rules;

import dev.gori.kernel.label.Labels;
import dev.gori.promql.PromQl;
import dev.gori.promql.PromQlException;
import dev.gori.rulefiles.ActiveAlert;
import dev.gori.rulefiles.AlertStates;
import dev.gori.rulefiles.Rule;
import dev.gori.rulefiles.RuleGroup;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One rule group and what came of its evaluations. Evaluated by one thread at a time; {@link
/// #view} from any.
public final class GroupEvaluator {

  /// What templates know of the environment.
  public record TemplateContext(Labels externalLabels, URI externalUrl) {}

  /// A rule that could not be evaluated.
  ///
  /// @param anew whether its evaluation before this one went well
  public record Failure(Rule rule, String why, boolean isNew) {}

  private final RuleGroup group;
  private final Duration interval;
  private final PromQl promql;
  private final RuleStore store;
  private final List<RuleEvaluator> rules = new ArrayList<>();
  private volatile Instant at = Instant.EPOCH;
  private volatile Optional<Instant> last = Optional.empty();
  private volatile Duration took = Duration.ZERO;

  /// @param interval in force, whether the group or the role named it
  public GroupEvaluator(RuleGroup group, Duration interval, TemplateContext place, PromQl promql, RuleStore store) {
    this.group = group;
    this.interval = interval;
    this.promql = promql;
    this.store = store;
    var templates =
        new RuleTemplates(place.externalLabels(), place.externalUrl(), this::query, () -> at);
    group
        .rules()
        .forEach(rule -> rules.add(new RuleEvaluator(rule, group.limit(), templates, promql, store)));
  }

  /// Evaluates all rules in order, each one seeing what those before it recorded.
  ///
  /// @param when the moment of the evaluation, and of the samples recorded
  public List<Failure> evaluate(Instant when) {
    at = when;
    long began = System.nanoTime();
    var asOf = when.minus(group.queryOffset().orElse(Duration.ZERO));
    var failures = new ArrayList<Failure>();
    for (var rule : rules) {
      boolean wasWell = rule.view().lastError().isEmpty();
      rule.evaluate(when, asOf)
          .ifPresent(why -> failures.add(new Failure(rule.rule(), why, wasWell)));
    }
    last = Optional.of(when);
    took = Duration.ofNanos(System.nanoTime() - began);
    return failures;
  }

  private List<AlertStates.Element> query(String expression) {
    try {
      return RuleEvaluator.elements(promql.instant(promql.parse(expression), store, at));
    } catch (PromQlException | IllegalStateException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  public RuleGroup group() {
    return group;
  }

  public Duration interval() {
    return interval;
  }

  List<RuleEvaluator> rules() {
    return rules;
  }

  /// Every alert that is pending or firing.
  public List<ActiveAlert> alerts() {
    return rules.stream()
        .flatMap(rule -> rule.states().stream())
        .flatMap(states -> states.active().stream())
        .toList();
  }

  public GroupView view() {
    return new GroupView(group, interval, last, took, rules.stream().map(RuleEvaluator::view).toList());
  }
}

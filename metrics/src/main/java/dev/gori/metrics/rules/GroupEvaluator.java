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

/// Evaluates one rule group. Called by one thread at a time, except {@link #view}.
public final class GroupEvaluator {

  /// Data for the templates.
  public record TemplateContext(Labels externalLabels, URI externalUrl) {}

  /// A failed evaluation of a rule.
  ///
  /// @param isNew whether the previous evaluation succeeded
  public record Failure(Rule rule, String why, boolean isNew) {}

  private final RuleGroup group;
  private final Duration interval;
  private final PromQl promql;
  private final RuleStore store;
  private final List<RuleEvaluator> rules = new ArrayList<>();
  private volatile Instant at = Instant.EPOCH;
  private volatile Optional<Instant> last = Optional.empty();
  private volatile Duration took = Duration.ZERO;

  /// @param interval effective evaluation interval
  public GroupEvaluator(
      RuleGroup group, Duration interval, TemplateContext context, PromQl promql, RuleStore store) {
    this.group = group;
    this.interval = interval;
    this.promql = promql;
    this.store = store;
    var templates =
        new RuleTemplates(context.externalLabels(), context.externalUrl(), this::query, () -> at);
    group
        .rules()
        .forEach(
            rule -> rules.add(new RuleEvaluator(rule, group.limit(), templates, promql, store)));
  }

  /// Evaluates all rules in order; each sees what the previous ones recorded.
  ///
  /// @param when timestamp of the evaluation and of recorded samples
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

  /// All pending and firing alerts.
  public List<ActiveAlert> alerts() {
    return rules.stream()
        .flatMap(rule -> rule.states().stream())
        .flatMap(states -> states.active().stream())
        .toList();
  }

  public GroupView view() {
    return new GroupView(
        group, interval, last, took, rules.stream().map(RuleEvaluator::view).toList());
  }
}

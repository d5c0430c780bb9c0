package dev.gori.metrics.rules;

import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.PromQl;
import dev.gori.promql.PromQlException;
import dev.gori.promql.Query;
import dev.gori.promql.QueryResult;
import dev.gori.rulefiles.ActiveAlert;
import dev.gori.rulefiles.AlertStates;
import dev.gori.rulefiles.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Evaluates one rule. Called by one thread at a time, except {@link #view}.
final class RuleEvaluator {

  static final String ALERTS = "ALERTS";
  static final String FOR_STATE = "ALERTS_FOR_STATE";

  private final Rule rule;
  private final int limit;
  private final Query query;
  private final PromQl promql;
  private final RuleStore store;
  private final Optional<AlertStates> states;
  private Set<Labels> stored = new HashSet<>();
  private volatile GroupView.RuleView view;

  RuleEvaluator(Rule rule, int limit, RuleTemplates templates, PromQl promql, RuleStore store) {
    this.rule = rule;
    this.limit = limit;
    this.query = promql.parse(rule.expression());
    this.promql = promql;
    this.store = store;
    this.states =
        rule instanceof Rule.Alerting alerting
            ? Optional.of(new AlertStates(alerting, limit, templates))
            : Optional.empty();
    this.view =
        new GroupView.RuleView(
            rule,
            RuleHealth.UNKNOWN,
            "",
            Optional.empty(),
            Duration.ZERO,
            0,
            ActiveAlert.State.INACTIVE,
            List.of());
  }

  Rule rule() {
    return rule;
  }

  Optional<AlertStates> states() {
    return states;
  }

  GroupView.RuleView view() {
    return view;
  }

  /// Takes over the state of the same rule in the previous configuration.
  void takeOver(RuleEvaluator before) {
    stored = before.stored;
    states.ifPresent(own -> before.states.ifPresent(old -> own.restore(old.all())));
    view =
        new GroupView.RuleView(
            rule,
            before.view.health(),
            before.view.lastError(),
            before.view.lastEvaluation(),
            before.view.took(),
            before.view.samples(),
            before.view.state(),
            before.view.alerts());
  }

  /// @param at timestamp of the evaluation and of stored samples
  /// @param asOf evaluation time of the query
  /// @return the problem; empty if it succeeded
  Optional<String> evaluate(Instant at, Instant asOf) {
    long began = System.nanoTime();
    int made = 0;
    Optional<String> problem = Optional.empty();
    try {
      var answer = promql.instant(query, store, asOf);
      var samples =
          switch (rule) {
            case Rule.Recording recording -> recorded(recording, points(answer));
            case Rule.Alerting _ -> alerted(at, elements(answer));
          };
      store(at, samples);
      made = samples.size();
    } catch (PromQlException e) {
      problem = Optional.of(e.reason());
    } catch (FaultException e) {
      problem = Optional.of(e.reason());
    } catch (IllegalStateException e) {
      problem = Optional.of(String.valueOf(e.getMessage()));
    }
    var took = Duration.ofNanos(System.nanoTime() - began);
    view =
        new GroupView.RuleView(
            rule,
            problem.isEmpty() ? RuleHealth.OK : RuleHealth.ERR,
            problem.orElse(""),
            Optional.of(at),
            took,
            made,
            states.map(AlertStates::state).orElse(ActiveAlert.State.INACTIVE),
            states.map(AlertStates::active).orElse(List.of()));
    return problem;
  }

  private static List<QueryResult.SampleOf> points(QueryResult answer) {
    return switch (answer.value()) {
      case QueryResult.Scalar(long millis, double value) ->
          List.of(new QueryResult.SampleOf(Labels.EMPTY, QueryResult.Point.of(millis, value)));
      case QueryResult.Vector(var samples) -> samples;
      case QueryResult.Text _, QueryResult.Matrix _ ->
          throw new IllegalStateException("rule result is not a vector or scalar");
    };
  }

  static List<AlertStates.Element> elements(QueryResult answer) {
    return points(answer).stream()
        .map(one -> new AlertStates.Element(one.labels(), one.point().value()))
        .toList();
  }

  private Map<Labels, RuleStore.RecordedSample> recorded(
      Rule.Recording recording, List<QueryResult.SampleOf> result) {
    var samples = new LinkedHashMap<Labels, RuleStore.RecordedSample>();
    for (var element : result) {
      var labels =
          element.labels().overlaid(recording.labels()).with(Labels.NAME, recording.name());
      var point = element.point();
      if (samples.put(
              labels, new RuleStore.RecordedSample(labels, point.value(), point.histogram()))
          != null) {
        throw new IllegalStateException(
            "vector contains metrics with the same labelset after applying rule labels: " + labels);
      }
    }
    if (limit > 0 && samples.size() > limit) {
      throw new IllegalStateException(
          "exceeded limit of %d with %d series".formatted(limit, samples.size()));
    }
    return samples;
  }

  private Map<Labels, RuleStore.RecordedSample> alerted(
      Instant at, List<AlertStates.Element> result) {
    var own = states.orElseThrow();
    if (own.evaluate(at, result) instanceof AlertStates.Outcome.Refused(String why)) {
      throw new IllegalStateException(why);
    }
    var samples = new LinkedHashMap<Labels, RuleStore.RecordedSample>();
    for (var alert : own.active()) {
      var shown = alert.labels().with(Labels.NAME, ALERTS).with("alertstate", alert.state().text());
      var since = alert.labels().with(Labels.NAME, FOR_STATE);
      samples.put(shown, RuleStore.RecordedSample.of(shown, 1));
      samples.put(since, RuleStore.RecordedSample.of(since, alert.activeAt().getEpochSecond()));
    }
    return samples;
  }

  private void store(Instant at, Map<Labels, RuleStore.RecordedSample> samples) {
    var all = new ArrayList<>(samples.values());
    stored.stream()
        .filter(gone -> !samples.containsKey(gone))
        .map(RuleStore.RecordedSample::end)
        .forEach(all::add);
    store.append(at.toEpochMilli(), all);
    stored = new HashSet<>(samples.keySet());
  }

  /// Writes stale markers for the series of a removed rule.
  void end(Instant at) {
    store(at, Map.of());
  }

  /// Restores from `ALERTS_FOR_STATE` since when alerts were active, as Prometheus does: for rules
  /// whose `for` is at least the grace period, if the last sample is not older than the outage
  /// tolerance. The outage does not count as pending time.
  void restore(Instant now, Duration grace, Duration tolerance) {
    if (!(rule instanceof Rule.Alerting alerting) || alerting.holdDuration().compareTo(grace) < 0) {
      return;
    }
    var found = new ArrayList<ActiveAlert>();
    var matchers =
        List.of(Matcher.equal(Labels.NAME, FOR_STATE), Matcher.equal("alertname", rule.name()));
    for (var series :
        store.select(matchers, now.minus(tolerance).toEpochMilli(), now.toEpochMilli())) {
      var points = new SampleBuffer();
      series.read(points);
      int last = points.size() - 1;
      if (last >= 0 && !Sample.isStale(points.valueAt(last))) {
        var seenLast = Instant.ofEpochMilli(points.millisAt(last));
        var since = Instant.ofEpochSecond((long) points.valueAt(last));
        found.add(
            pending(
                series.labels().without(Labels.NAME),
                activeAt(alerting.holdDuration(), since, seenLast, now, grace)));
      }
    }
    states.ifPresent(own -> own.restore(found));
  }

  private static Instant activeAt(
      Duration hold, Instant since, Instant seenLast, Instant now, Duration grace) {
    var left = hold.minus(Duration.between(since, seenLast));
    if (!left.isPositive()) {
      return since;
    }
    return left.compareTo(grace) < 0
        ? now.plus(grace).minus(hold)
        : since.plus(Duration.between(seenLast, now));
  }

  private static ActiveAlert pending(Labels labels, Instant since) {
    return new ActiveAlert(
        labels,
        Labels.EMPTY,
        ActiveAlert.State.PENDING,
        0,
        since,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}

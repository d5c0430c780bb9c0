package dev.gori.metrics.ruletest;

import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.metrics.rules.GroupEvaluator;
import dev.gori.metrics.ruletest.TestFile.AlertCase;
import dev.gori.metrics.ruletest.TestFile.ExpectedAlert;
import dev.gori.metrics.ruletest.TestFile.ExpectedSample;
import dev.gori.metrics.ruletest.TestFile.ExprCase;
import dev.gori.metrics.ruletest.TestFile.TestGroup;
import dev.gori.promql.PromQl;
import dev.gori.promql.PromQlException;
import dev.gori.promql.QueryResult;
import dev.gori.rulefiles.ActiveAlert;
import dev.gori.rulefiles.RuleGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Runs one test: evaluates the groups at each interval, checks alerts at their `eval_time` and
/// expressions at the end.
final class RuleTestRunner {

  private final TestFile file;
  private final TestGroup test;
  private final PromQl promql;
  private final MemoryStore store;
  private final List<GroupEvaluator> groups;
  private final List<String> failures = new ArrayList<>();
  private int passed;

  RuleTestRunner(TestFile file, TestGroup test, List<RuleGroup> groups, PromQl promql) {
    this.file = file;
    this.test = test;
    this.promql = promql;
    this.store = new MemoryStore(test);
    var context = new GroupEvaluator.TemplateContext(test.externalLabels(), test.externalUrl());
    this.groups =
        groups.stream()
            .map(
                group ->
                    new GroupEvaluator(group, file.evaluationInterval(), context, promql, store))
            .toList();
  }

  int passed() {
    return passed;
  }

  List<String> failures() {
    return failures;
  }

  void run() {
    var interval = file.evaluationInterval();
    var last = test.end();
    for (var since = Duration.ZERO; since.compareTo(last) <= 0; since = since.plus(interval)) {
      store.advanceTo(test.start().plus(since));
      if (!evaluate(since)) {
        return;
      }
      for (var alert : test.alerts()) {
        if (alert.at().compareTo(since) >= 0 && alert.at().compareTo(since.plus(interval)) < 0) {
          check(alert);
        }
      }
    }
    test.expressions().forEach(this::check);
  }

  /// False if a rule failed; then there is nothing to compare.
  private boolean evaluate(Duration since) {
    int before = failures.size();
    for (var group : groups) {
      for (var failure : group.evaluate(test.start().plus(since))) {
        failures.add(
            "%srule: %s, time: %s\n    err: %s"
                .formatted(
                    named(),
                    failure.rule().name(),
                    PrometheusDuration.format(since),
                    failure.why()));
      }
    }
    return failures.size() == before;
  }

  private String named() {
    return test.name().isEmpty() ? "" : "name: " + test.name() + ", ";
  }

  private void check(AlertCase wanted) {
    var order =
        Comparator.comparing(ExpectedAlert::labels).thenComparing(ExpectedAlert::annotations);
    var expected = wanted.expected().stream().sorted(order).toList();
    var got =
        groups.stream()
            .flatMap(group -> group.alerts().stream())
            .filter(
                alert ->
                    alert.state() == ActiveAlert.State.FIRING
                        && alert.labels().get("alertname").equals(wanted.alertname()))
            .map(alert -> new ExpectedAlert(alert.labels(), alert.annotations()))
            .sorted(order)
            .toList();
    if (expected.equals(got)) {
      passed++;
      return;
    }
    failures.add(
        "%s: %salertname: %s, time: %s\n    exp: %s\n    got: %s"
            .formatted(
                wanted.where(),
                named(),
                wanted.alertname(),
                PrometheusDuration.format(wanted.at()),
                alerts(expected),
                alerts(got)));
  }

  private static String alerts(List<ExpectedAlert> alerts) {
    return lines(
        alerts.stream()
            .map(alert -> "labels " + alert.labels() + " annotations " + alert.annotations())
            .toList());
  }

  private static String lines(List<String> lines) {
    return lines.isEmpty() ? "nothing" : String.join("\n         ", lines);
  }

  private void check(ExprCase wanted) {
    var order = Comparator.comparing(ExpectedSample::labels);
    var expected = wanted.expected().stream().sorted(order).toList();
    List<ExpectedSample> got;
    try {
      got =
          samples(
                  promql.instant(
                      promql.parse(wanted.expression()), store, test.start().plus(wanted.at())))
              .stream()
              .sorted(order)
              .toList();
    } catch (PromQlException e) {
      failures.add(failed(wanted) + "\n    err: " + e.reason());
      return;
    } catch (IllegalStateException e) {
      failures.add(failed(wanted) + "\n    err: " + e.getMessage());
      return;
    }
    if (isSame(expected, got)) {
      passed++;
      return;
    }
    var hint =
        expected.stream().anyMatch(sample -> Double.isNaN(sample.value()))
            ? "\n    NaN equals nothing, here as in promtool; test for it with an expression such as 'x != x'"
            : "";
    failures.add(
        "%s\n    exp: %s\n    got: %s%s"
            .formatted(failed(wanted), samples(expected), samples(got), hint));
  }

  private String failed(ExprCase wanted) {
    return "%s: %sexpr: %s, time: %s"
        .formatted(
            wanted.where(),
            named(),
            wanted.expression().strip(),
            PrometheusDuration.format(wanted.at()));
  }

  private static List<ExpectedSample> samples(QueryResult answer) {
    return switch (answer.value()) {
      case QueryResult.Scalar(long _, double value) ->
          List.of(new ExpectedSample(Labels.EMPTY, value, Optional.empty()));
      case QueryResult.Vector(var samples) ->
          samples.stream()
              .map(
                  one ->
                      new ExpectedSample(
                          one.labels(), one.point().value(), one.point().histogram()))
              .toList();
      case QueryResult.Text _, QueryResult.Matrix _ ->
          throw new IllegalStateException("result is not a vector or scalar");
    };
  }

  private static String samples(List<ExpectedSample> samples) {
    return lines(
        samples.stream()
            .map(
                sample ->
                    sample.labels()
                        + " "
                        + sample
                            .histogram()
                            .map(FloatHistogram::toString)
                            .orElseGet(() -> number(sample.value())))
            .toList());
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }

  private boolean isSame(List<ExpectedSample> expected, List<ExpectedSample> got) {
    boolean same = expected.size() == got.size();
    for (int i = 0; same && i < expected.size(); i++) {
      var one = expected.get(i);
      var other = got.get(i);
      same =
          one.labels().equals(other.labels())
              && (one.histogram().isPresent() || other.histogram().isPresent()
                  ? one.histogram().equals(other.histogram())
                  : isSame(one.value(), other.value()));
    }
    return same;
  }

  private boolean isSame(double a, double b) {
    return a == b || (file.fuzzy() && (Math.nextUp(a) == b || Math.nextDown(a) == b));
  }
}

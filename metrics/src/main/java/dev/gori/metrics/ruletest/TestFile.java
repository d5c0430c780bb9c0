package dev.gori.metrics.ruletest;

import dev.gori.base.conf.Problems;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.promql.script.SeriesNotation;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A rule test file.
///
/// @param ruleFiles names and patterns, relative to the file's folder
/// @param order `group_eval_order`
/// @param fuzzy whether to ignore the last bit of floats
record TestFile(
    List<String> ruleFiles,
    Duration evaluationInterval,
    List<String> order,
    boolean fuzzy,
    List<TestGroup> tests) {

  static final TestFile NOTHING =
      new TestFile(List.of(), Duration.ofMinutes(1), List.of(), false, List.of());

  TestFile {
    ruleFiles = List.copyOf(ruleFiles);
    order = List.copyOf(order);
    tests = List.copyOf(tests);
  }

  /// One test.
  ///
  /// @param interval between input samples
  /// @param start timestamp of the first input samples
  record TestGroup(
      String name,
      Duration interval,
      Instant start,
      List<Input> inputs,
      List<AlertCase> alerts,
      List<ExprCase> expressions,
      Labels externalLabels,
      URI externalUrl) {
    TestGroup {
      inputs = List.copyOf(inputs);
      alerts = List.copyOf(alerts);
      expressions = List.copyOf(expressions);
    }

    /// The last `eval_time`.
    Duration end() {
      var last = Duration.ZERO;
      for (var one : alerts) {
        last = one.at().compareTo(last) > 0 ? one.at() : last;
      }
      for (var one : expressions) {
        last = one.at().compareTo(last) > 0 ? one.at() : last;
      }
      return last;
    }
  }

  record Input(Labels labels, List<SeriesNotation.Value> values) {
    Input {
      values = List.copyOf(values);
    }
  }

  /// The expected alerts of a name at a time.
  ///
  /// @param where `file:line`
  record AlertCase(String where, Duration at, String alertname, List<ExpectedAlert> expected) {
    AlertCase {
      expected = List.copyOf(expected);
    }
  }

  record ExpectedAlert(Labels labels, Labels annotations) {}

  /// The expected result of an expression at a time.
  ///
  /// @param where `file:line`
  record ExprCase(String where, Duration at, String expression, List<ExpectedSample> expected) {
    ExprCase {
      expected = List.copyOf(expected);
    }
  }

  record ExpectedSample(Labels labels, double value, Optional<FloatHistogram> histogram) {}

  /// Reads a file and reports every problem as `file:line …`. If there are problems, the result
  /// must not be used.
  static TestFile read(String name, String text, Problems problems) {
    return new TestFileReader(problems).read(name, text);
  }
}

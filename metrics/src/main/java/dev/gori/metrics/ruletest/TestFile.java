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

/// A file of rule tests.
///
/// @param ruleFiles names and patterns, from the file's own folder
/// @param order names of groups in the order in which they are evaluated
/// @param fuzzy whether the last bit of a number does not count
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

  /// Series, and what they lead to.
  ///
  /// @param interval between two values of a series
  /// @param start the moment of the first values
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

    /// The last moment that anything is asked about, from the start.
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

  /// Which alerts of a name fire at a moment.
  ///
  /// @param where `file:line`
  record AlertCase(String where, Duration at, String alertname, List<ExpectedAlert> expected) {
    AlertCase {
      expected = List.copyOf(expected);
    }
  }

  record ExpectedAlert(Labels labels, Labels annotations) {}

  /// What an expression gives at a moment.
  ///
  /// @param where `file:line`
  record ExprCase(String where, Duration at, String expression, List<ExpectedSample> expected) {
    ExprCase {
      expected = List.copyOf(expected);
    }
  }

  record ExpectedSample(Labels labels, double value, Optional<FloatHistogram> histogram) {}

  /// Reads a file; every problem is noted as `file:line …`, and when there were any the result must
  /// not be used.
  static TestFile read(String name, String text, Problems problems) {
    return new TestFileReader(problems).read(name, text);
  }
}

package dev.gori.metrics.ruletest;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.metrics.ruletest.TestFile.AlertCase;
import dev.gori.metrics.ruletest.TestFile.ExpectedAlert;
import dev.gori.metrics.ruletest.TestFile.ExpectedSample;
import dev.gori.metrics.ruletest.TestFile.ExprCase;
import dev.gori.metrics.ruletest.TestFile.Input;
import dev.gori.metrics.ruletest.TestFile.TestGroup;
import dev.gori.promql.script.SeriesNotation;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Parses a rule test file and collects all problems.
final class TestFileReader {

  private static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);
  private static final int MAX_EVALUATIONS = 1_000_000;

  private final Problems problems;

  TestFileReader(Problems problems) {
    this.problems = problems;
  }

  TestFile read(String name, String text) {
    var top = Conf.parse(name, text, problems);
    var interval = positive(top, "evaluation_interval", DEFAULT_INTERVAL);
    var order = top.texts("group_eval_order");
    var seen = new HashSet<String>();
    for (var group : order) {
      problems.expect(
          seen.add(group),
          top.where("group_eval_order"),
          "group '" + group + "' twice",
          "each group once");
    }
    var file =
        new TestFile(
            top.texts("rule_files"),
            interval,
            order,
            top.flag("fuzzy_compare", false),
            top.sections("tests").stream().map(section -> group(section, interval)).toList());
    top.finish();
    return file;
  }

  private TestGroup group(Section s, Duration evaluation) {
    var group =
        new TestGroup(
            s.textOr("name", ""),
            positive(s, "interval", evaluation),
            s.scalar("start_timestamp", "Unix seconds or RFC 3339", TestFileReader::instant)
                .orElse(Instant.EPOCH),
            s.sections("input_series").stream().map(this::input).toList(),
            s.sections("alert_rule_test").stream().map(this::alert).toList(),
            s.sections("promql_expr_test").stream().map(this::expression).toList(),
            Labels.of(s.map("external_labels")),
            s.scalar("external_url", "an address", URI::create).orElse(URI.create("")));
    var rounds = group.end().dividedBy(evaluation);
    problems.expect(
        rounds <= MAX_EVALUATIONS,
        s.where("eval_time"),
        rounds + " evaluations until the last eval_time",
        "at most " + MAX_EVALUATIONS);
    s.finish();
    return group;
  }

  private Duration positive(Section s, String key, Duration otherwise) {
    var given = s.duration(key, Duration.ZERO);
    return given.isZero() ? otherwise : given;
  }

  private static Instant instant(String text) {
    try {
      return Instant.ofEpochSecond(Long.parseLong(text));
    } catch (NumberFormatException _) {
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        throw new IllegalArgumentException(text, e);
      }
    }
  }

  private Input input(Section s) {
    var labels = s.required("series", "a series such as up{job=\"a\"}");
    var values = s.textOr("values", "");
    var input =
        new Input(
            read(s, "series", () -> SeriesNotation.labels(labels)).orElse(Labels.EMPTY),
            read(s, "values", () -> SeriesNotation.values(values)).orElse(List.of()));
    s.finish();
    return input;
  }

  private interface Reading<T> {
    T get();
  }

  private <T> Optional<T> read(Section s, String key, Reading<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (IllegalArgumentException | ArithmeticException e) {
      problems.add(s.where(key) + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private AlertCase alert(Section s) {
    var at = s.duration("eval_time", Duration.ZERO);
    var name = s.required("alertname", "the name of an alert");
    var expected =
        s.sections("exp_alerts").stream()
            .map(
                one -> {
                  var alert =
                      new ExpectedAlert(
                          Labels.of(one.map("exp_labels")).with("alertname", name),
                          Labels.of(one.map("exp_annotations")));
                  one.finish();
                  return alert;
                })
            .toList();
    s.finish();
    return new AlertCase(location(s), at, name, expected);
  }

  private ExprCase expression(Section s) {
    var at = s.duration("eval_time", Duration.ZERO);
    var text = s.required("expr", "a PromQL expression");
    var expected = s.sections("exp_samples").stream().map(this::sample).toList();
    s.finish();
    return new ExprCase(location(s), at, text, expected);
  }

  private ExpectedSample sample(Section s) {
    var text = s.textOr("labels", "");
    var labels = read(s, "labels", () -> SeriesNotation.labels(text)).orElse(Labels.EMPTY);
    var histogram =
        s.text("histogram").flatMap(written -> read(s, "histogram", () -> histogram(written)));
    var sample =
        new ExpectedSample(
            labels,
            s.scalar("value", "a number, .inf or .nan", TestFileReader::number).orElse(0.0),
            histogram);
    s.finish();
    return sample;
  }

  private static FloatHistogram histogram(String text) {
    var values = SeriesNotation.values(text);
    if (values.size() != 1 || values.getFirst().histogram().isEmpty()) {
      throw new IllegalArgumentException(
          "'%s' (expected: one histogram such as {{count:2 sum:3}})".formatted(text));
    }
    return values.getFirst().histogram().get();
  }

  /// Parses a YAML number.
  private static double number(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case ".nan" -> Double.NaN;
      case ".inf", "+.inf" -> Double.POSITIVE_INFINITY;
      case "-.inf" -> Double.NEGATIVE_INFINITY;
      case "nan", "infinity", "-infinity", "+infinity" -> throw new IllegalArgumentException(text);
      default ->
          text.startsWith("0x") ? Long.decode(text) : Double.parseDouble(text.replace("_", ""));
    };
  }

  private static String location(Section s) {
    return s.file() + ":" + s.line();
  }
}

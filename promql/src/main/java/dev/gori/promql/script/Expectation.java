package dev.gori.promql.script;

import dev.gori.kernel.label.Labels;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The expected result of an evaluation.
final class Expectation {

  private static final Pattern RANGE =
      Pattern.compile("range vector from (\\S+) to (\\S+) step (\\S+)");

  /// A series and its values; no labels for a scalar.
  record Entry(Optional<Labels> labels, List<SeriesDescription.Value> values, String text) {}

  /// An expected message: its exact text, a pattern, or any text.
  record ExpectedAnnotation(String text, boolean isPattern) {
    boolean accepts(String message) {
      return text.isEmpty()
          || (isPattern ? Pattern.compile(text).matcher(message).find() : message.equals(text));
    }
  }

  record Window(long from, long to, long step) {}

  private final List<Entry> entries = new ArrayList<>();
  private final List<ExpectedAnnotation> warnings = new ArrayList<>();
  private final List<ExpectedAnnotation> infos = new ArrayList<>();
  private boolean noWarnings;
  private boolean noInfos;
  private boolean ordered;
  private @Nullable ExpectedAnnotation failure;
  private @Nullable String string;
  private @Nullable Window window;

  static Expectation read(String verb, List<String> body) {
    var expectation = new Expectation();
    switch (verb) {
      case "eval_fail" -> expectation.failure = new ExpectedAnnotation("", false);
      case "eval_warn" -> expectation.warnings.add(new ExpectedAnnotation("", false));
      case "eval_info" -> expectation.infos.add(new ExpectedAnnotation("", false));
      case "eval_ordered" -> expectation.ordered = true;
      default -> {}
    }
    body.forEach(expectation::line);
    return expectation;
  }

  private void line(String line) {
    if (line.startsWith("expect ")) {
      expect(line.substring(7).strip());
    } else if (line.startsWith("expected_fail_message ")) {
      failure = new ExpectedAnnotation(line.substring(22).strip(), false);
    } else if (line.startsWith("expected_fail_regexp ")) {
      failure = new ExpectedAnnotation(line.substring(21).strip(), true);
    } else if (isScalar(line)) {
      entries.add(new Entry(Optional.empty(), SeriesDescription.values(line), line));
    } else {
      var series = SeriesDescription.read(line);
      entries.add(new Entry(Optional.of(series.labels()), series.values(), line));
    }
  }

  private static boolean isScalar(String line) {
    try {
      SeriesDescription.number(line);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void expect(String what) {
    var words = what.split("\\s+", 2);
    var rest = words.length > 1 ? words[1].strip() : "";
    switch (words[0]) {
      case "fail" -> failure = note(rest);
      case "warn" -> warnings.add(note(rest));
      case "info" -> infos.add(note(rest));
      case "no_warn" -> noWarnings = true;
      case "no_info" -> noInfos = true;
      case "ordered" -> ordered = true;
      case "string" -> string = ((Expr.StringLiteral) Syntax.parse(rest, false)).value();
      default -> {
        var m = RANGE.matcher(what);
        if (!m.matches()) {
          throw new IllegalArgumentException(
              "expect %s (expected: fail, warn, info, no_warn, no_info, ordered, string)"
                  .formatted(what));
        }
        window =
            new Window(
                ScriptDuration.millis(m.group(1)),
                ScriptDuration.millis(m.group(2)),
                ScriptDuration.millis(m.group(3)));
      }
    }
  }

  private static ExpectedAnnotation note(String rest) {
    if (rest.startsWith("msg:")) {
      return new ExpectedAnnotation(rest.substring(4).strip(), false);
    }
    return rest.startsWith("regex:")
        ? new ExpectedAnnotation(rest.substring(6).strip(), true)
        : new ExpectedAnnotation("", false);
  }

  List<Entry> entries() {
    return entries;
  }

  boolean isOrdered() {
    return ordered;
  }

  Optional<ExpectedAnnotation> failure() {
    return Optional.ofNullable(failure);
  }

  Optional<String> string() {
    return Optional.ofNullable(string);
  }

  Optional<Window> window() {
    return Optional.ofNullable(window);
  }

  /// The differences between expected and actual annotations.
  List<String> annotationProblems(List<String> gotWarnings, List<String> gotInfos) {
    var problems = new ArrayList<String>();
    check("warning", warnings, noWarnings, gotWarnings, problems);
    check("info", infos, noInfos, gotInfos, problems);
    return problems;
  }

  private static void check(
      String kind,
      List<ExpectedAnnotation> wanted,
      boolean none,
      List<String> got,
      List<String> problems) {
    if (none && !got.isEmpty()) {
      problems.add("expected no %s, got %s".formatted(kind, got));
    }
    for (var note : wanted) {
      if (got.stream().noneMatch(note::accepts)) {
        problems.add("expected %s '%s', got %s".formatted(kind, note.text(), got));
      }
    }
    boolean allNamed = !wanted.isEmpty() && wanted.stream().noneMatch(n -> n.text().isEmpty());
    if (allNamed) {
      got.stream()
          .filter(g -> wanted.stream().noneMatch(n -> n.accepts(g)))
          .forEach(g -> problems.add("unexpected %s '%s'".formatted(kind, g)));
    }
  }
}

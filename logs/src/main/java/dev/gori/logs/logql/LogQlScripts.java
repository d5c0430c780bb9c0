package dev.gori.logs.logql;

import dev.gori.kernel.label.Labels;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Runs test scripts with queries and their expected results; `docs/compat/loki.md` shows the
/// format.
///
/// ```
/// clear
/// load
///   {app="api"}  0s "GET /a 200"  10s "GET /b 500"
/// eval instant at 10s  sum(count_over_time({app="api"}[1m]))
///   {} 2
/// eval range from 0s to 10s step 10s  count_over_time({app="api"}[1m])
///   {app="api"} 1@0s 2@10s
/// eval logs from 0s to 1m  {app="api"} |= "500"
///   {app="api"} 10s "GET /b 500"
/// eval instant at 10s  rate({app="api"})
///   expect fail msg: 1:1: rate needs a range, such as rate({app="serving"}[5m])
/// ```
public final class LogQlScripts {

  private static final Pattern LABEL =
      Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*=\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*,?");
  private static final Pattern LINE =
      Pattern.compile("\\s*(\\S+)\\s+(\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`)");
  private static final Pattern EVAL =
      Pattern.compile(
          "eval (?:(instant) at (\\S+)|(range) from (\\S+) to (\\S+) step (\\S+)|(logs) from (\\S+) to (\\S+)( backward)?(?: limit (\\d+))?)\\s+(.+)");
  private static final String FAIL = "expect fail msg: ";

  private record Stored(Labels stream, long nanos, String line) {}

  /// One `eval` with its expected result.
  private record Eval(int lineNumber, String head, List<String> expected) {}

  private final LineTemplates templates;
  private final List<Stored> stored = new ArrayList<>();
  private int passed;
  private int failed;

  private LogQlScripts(LineTemplates templates) {
    this.templates = templates;
  }

  /// Runs the files and prints each failure, then `N passed, N failed`.
  ///
  /// @return how many failed
  public static int run(List<Path> files, LineTemplates templates, PrintWriter out)
      throws IOException {
    int passed = 0;
    int failed = 0;
    for (var file : files) {
      var scripts = new LogQlScripts(templates);
      scripts.run(file, Files.readAllLines(file), out);
      passed += scripts.passed;
      failed += scripts.failed;
    }
    out.printf("%d passed, %d failed%n", passed, failed);
    out.flush();
    return failed;
  }

  private void run(Path file, List<String> lines, PrintWriter out) throws IOException {
    int at = 0;
    while (at < lines.size()) {
      var line = lines.get(at).strip();
      int end = at + 1;
      while (end < lines.size() && lines.get(end).startsWith(" ")) {
        end++;
      }
      var block =
          lines.subList(at + 1, end).stream()
              .map(String::strip)
              .filter(text -> !text.isEmpty() && !text.startsWith("#"))
              .toList();
      if (line.equals("clear")) {
        stored.clear();
      } else if (line.equals("load")) {
        block.forEach(this::load);
      } else if (line.startsWith("eval ")) {
        check(file, new Eval(at + 1, line, block), out);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        failed++;
        out.printf("%s:%d: '%s' (expected: clear, load or eval)%n", file, at + 1, line);
      }
      at = end;
    }
  }

  private void load(String text) {
    int close = text.indexOf('}');
    var stream = labels(text.substring(0, close + 1));
    var entry = LINE.matcher(text.substring(close + 1));
    while (entry.find()) {
      stored.add(new Stored(stream, nanos(entry.group(1)), unquoted(entry.group(2))));
    }
    stored.sort(Comparator.comparingLong(Stored::nanos));
  }

  private void check(Path file, Eval eval, PrintWriter out) throws IOException {
    List<String> actual;
    try {
      actual = evaluate(eval.head());
    } catch (LogQlException e) {
      actual = List.of(FAIL + e.reason());
    }
    var expected = eval.expected().stream().map(LogQlScripts::normal).sorted().toList();
    var found = actual.stream().map(LogQlScripts::normal).sorted().toList();
    if (found.equals(expected)) {
      passed++;
      return;
    }
    failed++;
    out.printf(
        "%s:%d: %s%n  expected: %s%n  was:      %s%n",
        file, eval.lineNumber(), eval.head(), expected, found);
  }

  private static String normal(String line) {
    return line.startsWith("{")
        ? labels(line.substring(0, line.indexOf('}') + 1))
            + " "
            + line.substring(line.indexOf('}') + 1).strip().replaceAll("\\s+", " ")
        : line;
  }

  private List<String> evaluate(String head) throws IOException {
    var eval = EVAL.matcher(head);
    if (!eval.matches()) {
      throw new LogQlException(
          "'%s' (expected: eval instant at T QUERY, eval range from T to T step D QUERY, or eval logs from T to T QUERY)"
              .formatted(head));
    }
    var engine = new LogEngine(this::read, LogEngine.Limits.DEFAULTS);
    var query = Query.parse(eval.group(12), templates);
    if (eval.group(1) != null) {
      return engine.instant(query, nanos(eval.group(2))).elements().stream()
          .map(element -> element.labels() + " " + Literals.number(element.value()))
          .toList();
    }
    if (eval.group(3) != null) {
      return engine
          .range(query, nanos(eval.group(4)), nanos(eval.group(5)), nanos(eval.group(6)))
          .series()
          .stream()
          .map(LogQlScripts::shown)
          .toList();
    }
    int limit = eval.group(11) == null ? 1000 : Integer.parseInt(eval.group(11));
    var request =
        new LogEngine.LogRequest(
            nanos(eval.group(8)), nanos(eval.group(9)), eval.group(10) == null, limit, 0);
    return engine.logs(query, request).streams().stream().map(LogQlScripts::shown).toList();
  }

  private static String shown(LogEngine.Series series) {
    var text = new StringBuilder(series.labels().toString());
    series
        .samples()
        .forEach(
            sample ->
                text.append(' ')
                    .append(Literals.number(sample.value()))
                    .append('@')
                    .append(Units.shown(sample.millis() * 1_000_000)));
    return text.toString();
  }

  private static String shown(LogEngine.LogStream stream) {
    var text = new StringBuilder(stream.labels().toString());
    stream
        .lines()
        .forEach(
            line ->
                text.append(' ')
                    .append(Units.shown(line.nanos()))
                    .append(' ')
                    .append('"')
                    .append(line.line().replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"'));
    return text.toString();
  }

  private void read(
      List<dev.gori.kernel.label.Matcher> matchers,
      long from,
      long to,
      boolean forward,
      LogSource.Visitor visitor) {
    for (var line : forward ? stored : stored.reversed()) {
      boolean wanted =
          line.nanos() >= from
              && line.nanos() < to
              && matchers.stream().allMatch(matcher -> matcher.matches(line.stream()));
      if (wanted && !visitor.take(line.stream(), line.nanos(), line.line(), Labels.EMPTY)) {
        return;
      }
    }
  }

  private static long nanos(String text) {
    return Units.duration(text)
        .orElseThrow(
            () -> new LogQlException("timestamp '%s' (expected: such as 10s)".formatted(text)));
  }

  private static Labels labels(String text) {
    var labels = new TreeMap<String, String>();
    var label = LABEL.matcher(text.substring(1));
    while (label.find()) {
      labels.put(label.group(1), unquoted('"' + label.group(2) + '"'));
    }
    return Labels.of(labels);
  }

  private static String unquoted(String text) {
    return Lexer.tokens(text).getFirst().text();
  }
}

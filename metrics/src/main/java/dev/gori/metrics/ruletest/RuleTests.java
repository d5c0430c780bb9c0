package dev.gori.metrics.ruletest;

import dev.gori.base.conf.Problems;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.rules.RuleFiles;
import dev.gori.promql.EngineOptions;
import dev.gori.promql.PromQl;
import dev.gori.rulefiles.RuleFile;
import dev.gori.rulefiles.RuleGroup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Runs rule test files and prints the results.
public final class RuleTests {

  /// Numbers of checks. A file that cannot be run counts as one failed check.
  public record Result(int passed, int failed) {
    Result plus(Result other) {
      return new Result(passed + other.passed, failed + other.failed);
    }
  }

  private final EngineOptions options;
  private final Time time;
  private final PrintWriter out;

  private RuleTests(EngineOptions options, Time time, PrintWriter out) {
    this.options = options;
    this.time = time;
    this.out = out;
  }

  /// Runs the files in order. Prints SUCCESS or FAILED for each, with expected and actual results,
  /// and `N passed, N failed` at the end.
  ///
  /// @param time for the query timeout; the tests have their own simulated time
  public static Result run(List<Path> files, EngineOptions options, Time time, PrintWriter out)
      throws IOException {
    var tests = new RuleTests(options, time, out);
    var total = new Result(0, 0);
    for (var file : files) {
      total = total.plus(tests.run(file));
    }
    out.println(total.passed + " passed, " + total.failed + " failed");
    out.flush();
    return total;
  }

  private Result run(Path file) throws IOException {
    out.println("Unit Testing:  " + file);
    var problems = new Problems();
    var test =
        Files.isRegularFile(file)
            ? TestFile.read(file.toString(), Files.readString(file), problems)
            : TestFile.NOTHING;
    problems.expect(
        Files.isRegularFile(file), file.toString(), "no such file", "a file of rule tests");
    var groups = problems.isEmpty() ? groups(file, test, problems) : List.<RuleGroup>of();
    if (!problems.isEmpty()) {
      return printed(new Result(0, 1), problems.all());
    }
    int passed = 0;
    var failures = new ArrayList<String>();
    for (var one : test.tests()) {
      var run =
          new RuleTestRunner(
              test,
              one,
              groups,
              new PromQl(options.withSubqueryStep(test.evaluationInterval()), time));
      run.run();
      passed += run.passed();
      failures.addAll(run.failures());
    }
    return printed(new Result(passed, failures.size()), failures);
  }

  private Result printed(Result result, List<String> failures) {
    out.println(failures.isEmpty() ? "  SUCCESS" : "  FAILED:");
    failures.forEach(failure -> out.println(failure.indent(4).stripTrailing()));
    out.println();
    return result;
  }

  /// The groups of all rule files, in `group_eval_order`.
  private List<RuleGroup> groups(Path file, TestFile test, Problems problems) throws IOException {
    var files = new ArrayList<RuleFile>();
    for (var rules : ruleFiles(file, test)) {
      files.add(
          RuleFiles.read(
              rules.toString(), Files.readString(rules), new PromQl(options, time), problems));
    }
    var groups = new ArrayList<>(RuleFile.allGroups(files));
    groups.sort((a, b) -> Integer.compare(order(test, a), order(test, b)));
    return groups;
  }

  private static int order(TestFile test, RuleGroup group) {
    return Math.max(0, test.order().indexOf(group.name()));
  }

  private List<Path> ruleFiles(Path file, TestFile test) throws IOException {
    var folder = file.toAbsolutePath().normalize().getParent();
    var found = new ArrayList<Path>();
    for (var pattern : test.ruleFiles()) {
      var matching = matching(folder == null ? Path.of("/") : folder, pattern);
      if (matching.isEmpty()) {
        out.println("  WARNING: no file match pattern " + pattern);
      }
      matching.stream().filter(one -> !found.contains(one)).forEach(found::add);
    }
    return found;
  }

  /// Finds files by a pattern: with wildcards in its last component, or in any component below a
  /// literal folder.
  private static List<Path> matching(Path folder, String pattern) throws IOException {
    int wildcard = first(pattern, "*?[{");
    if (wildcard < 0) {
      var file = folder.resolve(pattern).normalize();
      return Files.isRegularFile(file) ? List.of(file) : List.of();
    }
    int slash = pattern.lastIndexOf('/', wildcard);
    var from =
        folder
            .resolve(slash < 0 ? "." : slash == 0 ? "/" : pattern.substring(0, slash))
            .normalize();
    if (!Files.isDirectory(from)) {
      return List.of();
    }
    var rest = pattern.substring(slash + 1);
    var glob = FileSystems.getDefault().getPathMatcher("glob:" + rest);
    int depth = (int) rest.chars().filter(c -> c == '/').count() + 1;
    try (Stream<Path> inside = Files.walk(from, depth)) {
      return inside
          .filter(path -> Files.isRegularFile(path) && glob.matches(from.relativize(path)))
          .sorted()
          .toList();
    }
  }

  private static int first(String text, String wanted) {
    for (int i = 0; i < text.length(); i++) {
      if (wanted.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return -1;
  }
}

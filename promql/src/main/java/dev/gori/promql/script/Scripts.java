package dev.gori.promql.script;

import dev.gori.kernel.time.Time;
import dev.gori.kernel.time.WallTime;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Runs scripts and prints what failed.
public final class Scripts {

  private Scripts() {}

  /// The number of evaluations that passed, and that failed.
  public record Result(int passed, int failed) {
    Result plus(Result other) {
      return new Result(passed + other.passed, failed + other.failed);
    }
  }

  /// As {@link #run(List, PrintWriter, boolean, Time)}, with wall-clock time.
  public static Result run(List<Path> files, PrintWriter out, boolean experimental)
      throws IOException {
    return run(files, out, experimental, new WallTime());
  }

  /// Runs every `*.test` file of the folders and every file given, prints each failure with file,
  /// line, expected and actual result, and `N passed, N failed` at the end.
  ///
  /// @param experimental whether experimental functions and modifiers may be used
  public static Result run(List<Path> files, PrintWriter out, boolean experimental, Time time)
      throws IOException {
    var total = new Result(0, 0);
    for (var file : expanded(files)) {
      total = total.plus(run(file, out, experimental, time));
    }
    out.println(total.passed + " passed, " + total.failed + " failed");
    out.flush();
    return total;
  }

  private static List<Path> expanded(List<Path> given) throws IOException {
    var files = new ArrayList<Path>();
    for (var path : given) {
      if (!Files.isDirectory(path)) {
        files.add(path);
        continue;
      }
      try (Stream<Path> inside = Files.walk(path)) {
        inside.filter(p -> p.toString().endsWith(".test")).sorted().forEach(files::add);
      }
    }
    return files;
  }

  private static Result run(Path file, PrintWriter out, boolean experimental, Time time)
      throws IOException {
    var session = new ScriptRun(experimental, time);
    int passed = 0;
    int failed = 0;
    for (var block : ScriptBlocks.read(Files.readString(file))) {
      List<String> problems;
      try {
        problems = session.run(block);
      } catch (RuntimeException e) {
        problems = List.of("%s%n    cannot be run: %s".formatted(block.command(), e));
      }
      if (problems.isEmpty()) {
        passed += block.isEvaluation() ? 1 : 0;
      } else {
        failed++;
        problems.forEach(problem -> out.println(file + ":" + block.line() + ": " + problem));
      }
    }
    return new Result(passed, failed);
  }
}

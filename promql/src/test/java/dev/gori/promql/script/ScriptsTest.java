package dev.gori.promql.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// The language is held to scripts: our own always, and the shared corpus where it lies beside the
/// project.
final class ScriptsTest {

  @TestFactory
  Stream<DynamicTest> ownScripts() throws IOException {
    return scripts(module().resolve("src/test/scripts/promql"));
  }

  @TestFactory
  Stream<DynamicTest> sharedCorpus() throws IOException {
    var corpus = module().toAbsolutePath().getParent().resolveSibling("shared/corpora/promql");
    return Files.isDirectory(corpus) ? scripts(corpus) : Stream.empty();
  }

  private static Path module() {
    return Files.isDirectory(Path.of("promql"))
        ? Path.of("promql")
        : Path.of(".").toAbsolutePath().normalize();
  }

  private static Stream<DynamicTest> scripts(Path folder) throws IOException {
    List<Path> files;
    try (var inside = Files.list(folder)) {
      files = inside.filter(f -> f.toString().endsWith(".test")).sorted().toList();
    }
    return files.stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getFileName().toString(),
                    () -> {
                      var out = new StringWriter();
                      var result = Scripts.run(List.of(file), new PrintWriter(out), true);
                      assertThat(result.failed()).as(out.toString()).isZero();
                      assertThat(result.passed()).isPositive();
                    }));
  }

  @Test
  void tellsEachFailureWithFileLineExpectedAndGot(@TempDir Path folder) throws IOException {
    var file =
        Files.writeString(
            folder.resolve("wrong.test"),
            """
                load 1m
                  up{job="a"} 1 2

                eval instant at 1m up
                  up{job="a"} 2

                eval instant at 1m up
                  up{job="a"} 3
                """);
    var out = new StringWriter();

    var result = Scripts.run(List.of(folder), new PrintWriter(out), false);

    assertThat(result).isEqualTo(new Scripts.Result(1, 1));
    assertThat(out.toString())
        .contains(
            file + ":7: eval instant at 1m up",
            "expected: up{job=\"a\"} 3",
            "{__name__=\"up\", job=\"a\"} 2")
        .endsWith("1 passed, 1 failed" + System.lineSeparator());
  }

  @Test
  void refusesExperimentalFunctionsUnlessAsked(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("experimental.test"),
        """
                eval instant at 0 limitk(1, up)
                """);

    assertThat(Scripts.run(List.of(folder), new PrintWriter(new StringWriter()), false).failed())
        .isOne();
    assertThat(Scripts.run(List.of(folder), new PrintWriter(new StringWriter()), true).failed())
        .isZero();
  }
}

package dev.gori.logs.logql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class LogQlScriptsTest {

  static Stream<Path> scripts() throws IOException {
    try (var files = Files.list(Path.of("src/test/scripts/logql"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource
  void scripts(Path script) throws IOException {
    var out = new StringWriter();
    assertThat(LogQlScripts.run(List.of(script), LineTemplates.NONE, new PrintWriter(out)))
        .as(out.toString())
        .isZero();
  }

  @Test
  void aScriptThatFailsSaysWhereAndWhat(@TempDir Path folder) throws IOException {
    var script =
        Files.writeString(
            folder.resolve("a.logql"), "eval instant at 1s  1 + 1\n  {} 3\nnonsense\n");
    var out = new StringWriter();
    assertThat(LogQlScripts.run(List.of(script), LineTemplates.NONE, new PrintWriter(out)))
        .isEqualTo(2);
    assertThat(out.toString().replace(folder + "/", ""))
        .isEqualTo(
            """
                a.logql:1: eval instant at 1s  1 + 1
                  expected: [{} 3]
                  was:      [{} 2]
                a.logql:3: 'nonsense' (expected: clear, load or eval)
                0 passed, 2 failed
                """);
  }
}

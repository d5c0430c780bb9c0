package dev.gori.app.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What an operator reads after a mistake of the hand: what was there, what was expected, and an
/// exit status that scripts see.
final class VerbsTest {

  @TempDir static Path folder;

  private record Mistake(String usage, int status, String error) {
    @Override
    public String toString() {
      return usage;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake("up --port-bse 1", 2, "Possible solutions: --port-base"),
        new Mistake(
            "up --port-base 80 --data DIR/a", 3, "--port-base 80 (expected: 1024 to 65000)"),
        new Mistake("up --data DIR/file", 3, "file: a file is in the way (expected: a folder)"),
        new Mistake(
            "up --roles gateway --data DIR/a", 3, "--roles (expected: one --env ENV with it"),
        new Mistake(
            "up --env prod --roles gateway --data DIR/a",
            3,
            "--roles gateway without --elsewhere (expected: --elsewhere URL"),
        new Mistake("status --data DIR", 3, "no gori runs from DIR; start it with './gori up'"),
        new Mistake("check --data DIR", 3, "no gori runs from DIR"),
        new Mistake(
            "drill nope --data DIR",
            3,
            "drill 'nope' (expected: one of bad-model, slow-model, drift, metrics-down)"),
        new Mistake("promote --data DIR", 3, "no gori runs from DIR"),
        new Mistake(
            "sample-data",
            3,
            "--env or --out is missing (expected: --env ENV of a running gori, or --out FILE)"),
        new Mistake(
            "sample-data --out DIR/none/day.csv",
            3,
            "day.csv: no such file or folder, or it cannot be created there"),
        new Mistake("sample-data --rows -5 --out DIR/day.csv", 3, "-5 rows"));
  }

  @ParameterizedTest
  @MethodSource
  void mistakes(Mistake mistake) throws IOException {
    Files.writeString(folder.resolve("file"), "");
    var err = System.err;
    var said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThat(Gori.run(mistake.usage().replace("DIR", folder.toString()).split(" ")))
          .isEqualTo(mistake.status());
    } finally {
      System.setErr(err);
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains(mistake.error().replace("DIR", folder.toString()));
  }

  @Test
  void aFolderThatMayNotBeWrittenIsNamed() {
    assertThat(Gori.reason(new AccessDeniedException("/srv/gori")))
        .isEqualTo("/srv/gori: permission denied (expected: a folder that this user may write)");
    assertThat(Gori.reason(new UncheckedIOException(new IOException("disk away"))))
        .contains("disk away");
  }
}

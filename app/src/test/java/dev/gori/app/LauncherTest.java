package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `gori` around a small program in place of the platform: it starts a program again
/// that ran out of memory, hands signals on, and ends with the program's status.
final class LauncherTest {

  /// What the launcher starts here. It notes its process and how it ended.
  static final class Stub {
    private Stub() {}

    public static void main(String[] words) throws Exception {
      if (words[0].equals("rehearse")) {
        return;
      }
      if (words[1].equals("fail")) {
        System.exit(3);
      }
      var notes = Path.of(words[1]);
      note(notes, Long.toString(ProcessHandle.current().pid()));
      if (Files.readAllLines(notes).size() == 1) {
        throw new AssertionError("enough memory: " + new long[Integer.MAX_VALUE - 8].length);
      }
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    try {
                      note(notes, "stopped");
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }));
      note(notes, "ready");
      new CountDownLatch(1).await();
    }

    private static void note(Path notes, String line) throws IOException {
      Files.writeString(notes, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  @TempDir Path home;

  private Path notes;
  private Process launcher;

  @BeforeEach
  void install() throws IOException {
    notes = home.resolve("notes");
    Files.copy(
        ShortWorkspace.home().resolve("gori"),
        home.resolve("gori"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.createDirectories(home.resolve("app/target"));
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Stub.class.getName());
    var name = Stub.class.getName().replace('.', '/') + ".class";
    try (var jar =
            new JarOutputStream(
                Files.newOutputStream(home.resolve("app/target/gori-program.jar")), manifest);
        var program = Stub.class.getClassLoader().getResourceAsStream(name)) {
      jar.putNextEntry(new JarEntry(name));
      jar.write(program.readAllBytes());
    }
  }

  @AfterEach
  void end() {
    if (launcher != null) {
      launcher.destroy();
    }
  }

  @Test
  void aProgramThatRunsOutOfMemoryIsStartedAgainAndASignalEndsIt() throws Exception {
    start(notes.toString());
    assertThat(Poller.untilTrue(Duration.ofMinutes(1), () -> noted().contains("ready")))
        .as(said())
        .isTrue();
    assertThat(said()).contains("gori: out of memory", "restarting in 1 s (restart 1)");
    var program = ProcessHandle.of(Long.parseLong(noted().get(1))).orElseThrow();
    launcher.destroy();
    assertThat(launcher.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(launcher.exitValue()).isEqualTo(143);
    assertThat(noted()).hasSize(4).last().isEqualTo("stopped");
    assertThat(program.isAlive()).isFalse();
  }

  @Test
  void anInterruptEndsTheProgramCleanly() throws Exception {
    Files.writeString(notes, "not the first start\n");
    start(notes.toString());
    assertThat(Poller.untilTrue(Duration.ofMinutes(1), () -> noted().contains("ready"))).isTrue();
    new ProcessBuilder("kill", "-INT", Long.toString(launcher.pid())).start().waitFor();
    assertThat(launcher.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(launcher.exitValue()).isEqualTo(130);
    assertThat(noted()).last().isEqualTo("stopped");
  }

  @Test
  void anotherFailureIsNotTriedAgain() throws Exception {
    start("fail");
    assertThat(launcher.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(launcher.exitValue()).isEqualTo(3);
    assertThat(said()).doesNotContain("out of memory");
  }

  private void start(String word) throws IOException {
    var builder = new ProcessBuilder("./gori", "up", word).directory(home.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("GORI_JAVA_OPTIONS");
    launcher =
        builder.redirectErrorStream(true).redirectOutput(home.resolve("said").toFile()).start();
  }

  private String said() throws IOException {
    return Files.readString(home.resolve("said"));
  }

  private List<String> noted() {
    try {
      return Files.exists(notes) ? Files.readAllLines(notes) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

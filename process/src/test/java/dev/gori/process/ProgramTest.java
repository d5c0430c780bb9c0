package dev.gori.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NoLeaks.class)
final class ProgramTest {

  @TempDir Path folder;

  @Test
  void handsOnOutputAndStatus() throws Exception {
    var lines = new ArrayList<String>();
    try (var program = ChildProcess.start(shell("echo $GREETING; echo oops >&2; pwd; exit 3"))) {
      assertThat(program.await(lines::add, CharSequence::length)).isEqualTo(3);
    }
    assertThat(lines).containsExactly("hello", "oops", folder.toRealPath().toString());
  }

  @Test
  void closingEndsTheWholeFamily() throws Exception {
    var lines = new ArrayList<String>();
    var program =
        ChildProcess.start(
            shell(
                "(sleep 300 & echo $! > child); trap '' TERM; echo ready; sleep 300 & wait; sleep 300"));
    var reader =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    program.await(lines::add, CharSequence::length);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    var child = folder.resolve("child");
    Awaitility.await().until(() -> Files.exists(child) && !Files.readString(child).isBlank());
    long pid = Long.parseLong(Files.readString(child).strip());
    assertThat(ProcessHandle.of(pid)).isPresent();
    program.close();
    reader.join();
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void endsWhatAnEarlierLifeLeftRunning() throws Exception {
    var program = ChildProcess.start(shell("sleep 300"));
    var trace = program.trace();
    assertThat(ChildProcess.endLeftover(program.pid() + " 12345 another-mark"))
        .as("another program of that number")
        .isFalse();
    assertThat(ChildProcess.endLeftover(trace)).isTrue();
    assertThat(program.await(_ -> {}, CharSequence::length)).isGreaterThan(128);
    assertThat(ChildProcess.endLeftover(trace)).isFalse();
    assertThat(ChildProcess.endLeftover("nonsense")).isFalse();
    program.close();
  }

  @Test
  void refusesAProgramThatIsNotThere() {
    assertThatThrownBy(
            () ->
                ChildProcess.start(
                    new Command(List.of("no-such-program"), folder, Map.of(), Isolation.none())))
        .isInstanceOf(IOException.class)
        .hasMessage("program 'no-such-program' (expected: an executable file on PATH)");
    assertThat(
            new Command(List.of("a"), folder, Map.of("SECRET", "xyzzy"), Isolation.none())
                .toString())
        .contains("SECRET")
        .doesNotContain("xyzzy");
  }

  @Test
  void nothingOfThisProgramsEnvironmentIsHandedOn() throws Exception {
    var lines = new ArrayList<String>();
    try (var program = ChildProcess.start(shell("env"))) {
      program.await(lines::add, CharSequence::length);
    }
    assertThat(lines.stream().map(line -> line.replaceAll("=.*", "")))
        .containsExactlyInAnyOrder("GREETING", "PATH", "PWD", "GORI_PROGRAM")
        .doesNotContain("HOME", "JAVA_HOME", "USER");
  }

  static Stream<Isolation> whatLeftTheGroupIsEndedToo() {
    return Stream.concat(Stream.of(Isolation.none()), namespace().stream());
  }

  /// Nothing where the system allows no namespaces.
  private static Optional<Isolation> namespace() {
    return switch (Isolation.probe()) {
      case Isolation.Probe.Possible(var bwrap) ->
          Optional.of(new Isolation.Namespace(bwrap, List.of(), List.of()));
      case Isolation.Probe.Impossible(var why) -> {
        System.out.println("skipped: isolation by namespaces: " + why);
        yield Optional.empty();
      }
    };
  }

  @ParameterizedTest
  @MethodSource
  void whatLeftTheGroupIsEndedToo(Isolation isolation) throws Exception {
    var name = "4711.%d".formatted(ProcessHandle.current().pid());
    for (boolean ends : new boolean[] {true, false}) {
      var daemon = (ends ? "" : "trap '' TERM; ") + "echo daemon; sleep %1$s; sleep %1$s";
      var script = "setsid sh -c \"%s\" & ".formatted(daemon.formatted(name));
      var lines = new CopyOnWriteArrayList<String>();
      var program =
          ChildProcess.start(shell(script + (ends ? "sleep 0.5" : "sleep 60"), isolation));
      var reader =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      program.await(lines::add, CharSequence::length);
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      Awaitility.await().until(() -> lines.contains("daemon"));
      if (!ends) {
        assertThat(running(name)).isNotEmpty();
        program.close();
      }
      assertThat(reader.join(Duration.ofSeconds(20))).as("the wait for output ends").isTrue();
      program.close();
      Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> running(name).isEmpty());
    }
  }

  private static List<String> running(String argument) {
    return ProcessHandle.allProcesses()
        .filter(ProcessHandle::isAlive)
        .map(
            handle -> {
              try {
                return Files.readString(Path.of("/proc/%d/cmdline".formatted(handle.pid())));
              } catch (IOException _) {
                return "";
              }
            })
        .filter(line -> line.startsWith("sleep\0" + argument))
        .toList();
  }

  @Test
  void aNamespaceShowsTheSystemAndTheFolderAndNothingElse() throws Exception {
    var isolation = namespace().orElse(null);
    Assumptions.assumeTrue(isolation != null, "bwrap makes no namespaces here");
    var secret = Files.writeString(folder.resolveSibling(folder.getFileName() + "-secret"), "x");
    var lines = new ArrayList<String>();
    try (var program =
        ChildProcess.start(
            shell(
                "cat %s; ls -A /tmp; ls /home /root /var; echo y > made; test -w /usr && echo writable; ps ax | wc -l"
                    .formatted(secret),
                isolation))) {
      program.await(lines::add, CharSequence::length);
    }
    assertThat(String.join("\n", lines))
        .contains("cat: " + secret, folder.getFileName().toString(), "'/home'", "'/var'")
        .doesNotContain("writable");
    assertThat(Integer.parseInt(lines.getLast().strip())).isLessThan(8);
    assertThat(folder.resolve("made")).hasContent("y");
    Files.delete(secret);
    assertThatThrownBy(
            () ->
                ChildProcess.start(
                    new Command(List.of("/proc/self/exe"), folder, Map.of(), isolation)))
        .hasMessageContaining("which the task's namespace does not show");
  }

  @Test
  void aLongLineIsCutWhereTheTakerAllowsIt() throws Exception {
    var lines = new ArrayList<String>();
    try (var program =
        ChildProcess.start(
            shell("head -c 8190 /dev/zero | tr '\\0' x; printf 'SECRET'; echo end"))) {
      program.await(lines::add, line -> Math.min(line.length(), 8_000));
    }
    assertThat(String.join("", lines)).isEqualTo("x".repeat(8_190) + "SECRETend");
    assertThat(lines).hasSize(2).last().asString().contains("SECRETend");
  }

  private Command shell(String script) {
    return shell(script, Isolation.none());
  }

  private Command shell(String script, Isolation isolation) {
    return new Command(List.of("sh", "-c", script), folder, Map.of("GREETING", "hello"), isolation);
  }
}

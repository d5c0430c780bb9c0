package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.clients.PipelinesClient;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.clients.PipelinesClient.Trigger;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.testkit.NoLeaks;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// dev and prod as two processes of two users, as docs/security.md describes it: without any
/// isolation of tasks, a task of dev gets at nothing of prod's.
@ExtendWith(NoLeaks.class)
final class TwoUsersTest {

  private static final int DEV = 24_201;
  private static final int PROD = 24_202;
  private static final Duration LONG = Duration.ofMinutes(2);

  @Test
  void aTaskOfDevGetsAtNothingOfProds() throws Exception {
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "skipped: only root can start programs as other users");
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/setpriv")),
        "skipped: needs setpriv (package util-linux)");
    var folder = Files.createTempDirectory("gori-two-users");
    try {
      open(folder);
      run(folder);
    } finally {
      delete(folder);
    }
  }

  private static void run(Path folder) throws IOException {
    var classes = readableByAll(folder.resolve("classes"));
    var none = Map.of("pipelines", "{isolation: none}");
    try (var prod = program(folder.resolve("prod"), PROD, none, classes);
        var dev = program(folder.resolve("dev"), DEV, none, classes)) {
      prod.up("--env", "prod");
      var token = prod.data().resolve("prod/token");
      var look = dev.home().resolve("workspace/environments/dev/pipelines/look.yaml");
      Files.writeString(
          look,
          """
                    tasks:
                      look:
                        uses: process
                        with:
                          command:
                            - sh
                            - -c
                            - |
                              id -u
                              cat %1$s && echo GOT the token
                              ls %2$s && echo GOT the folder
                              cat /proc/%3$d/environ && echo GOT the environment
                              kill -0 %3$d && echo GOT a signal through
                              find %5$s -uid %4$d -readable -type f 2>/dev/null | grep . && echo GOT files
                              echo looked
                    """
              .formatted(token, prod.data(), prod.running().process(), PROD, folder));
      Files.setPosixFilePermissions(look, PosixFilePermissions.fromString("rw-r--r--"));
      var pipelines = dev.up("--env", "dev").environment("dev").pipelines();
      var run = Poller.until(LONG, () -> triggered(pipelines)).orElseThrow();
      assertThat(Poller.until(LONG, () -> pipelines.run(run.id()).filter(RunInfo::isOver)))
          .as("the run is over")
          .isPresent();
      var log = pipelines.log(run.id(), "look", Optional.empty());
      var said = log.substring(log.indexOf('\n'));
      assertThat(said)
          .contains(" " + DEV + "\n", "looked")
          .containsPattern("cat: .*token.*Permission denied")
          .containsPattern("cat: .*environ.*Permission denied")
          .doesNotContain("GOT");
    }
  }

  /// Nothing until the first look at Git has brought the pipeline.
  private static Optional<RunInfo> triggered(PipelinesClient pipelines) {
    try {
      return Optional.of(pipelines.trigger("look", Trigger.now()));
    } catch (FaultException e) {
      if (e.fault() == Fault.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// A program with a data folder that only the user may enter.
  private static GoriProcess program(
      Path folder, int user, Map<String, String> sections, String classes) throws IOException {
    Files.createDirectories(folder);
    open(folder);
    var program = GoriProcess.in(folder, Map.of("dev", sections, "prod", sections));
    Files.createDirectories(program.data());
    Files.setPosixFilePermissions(program.data(), PosixFilePermissions.fromString("rwx------"));
    Files.setAttribute(program.data(), "unix:uid", user);
    return program.as(user, classes);
  }

  private static void open(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// The class path of this test, linked or copied to where every user may read it.
  private static String readableByAll(Path folder) throws IOException {
    var paths = new LinkedHashSet<String>();
    int number = 0;
    for (var text : System.getProperty("java.class.path").split(File.pathSeparator)) {
      var entry = Path.of(text).toAbsolutePath();
      if (Files.exists(entry)) {
        var copy = folder.resolve(number++ + "-" + entry.getFileName());
        copy(entry, copy);
        paths.add(copy.toString());
      }
    }
    return String.join(File.pathSeparator, paths);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes has)
              throws IOException {
            open(Files.createDirectories(to.resolve(from.relativize(each).toString())));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path each, BasicFileAttributes has) throws IOException {
            var target = to.resolve(from.relativize(each).toString());
            Files.createDirectories(target.getParent());
            var file = each.equals(from) ? to : target;
            link(each.toRealPath(), file);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void link(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (IOException _) {
      Files.copy(from, to);
    }
  }

  private static void delete(Path folder) throws IOException {
    dev.gori.kernel.disk.Disk.local().delete(folder);
  }
}

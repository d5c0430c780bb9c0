package dev.gori.app;

import dev.gori.app.running.Poller;
import dev.gori.app.running.Running;
import dev.gori.app.verbs.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The program as a process of its own, as `./gori` starts it, on ports that stay the same over its
/// lives. What it says goes to a file.
final class GoriProcess implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);
  private static final int SECONDS_TO_END = 20;
  private static final int[] PORTS_USED = {0, 10, 11, 20, 21};

  /// What a verb said, and its exit status.
  record Output(int status, String text) {}

  private final Path home;
  private final Path data;
  private final int portBase;
  private final List<String> before;
  private final String classes;
  private int descriptors; // 0 for as many as there are
  private @Nullable Process process;
  private @Nullable Running running;
  private @Nullable Path said;

  private GoriProcess(Path home, Path data, int portBase, List<String> before, String classes) {
    this.home = home;
    this.data = data;
    this.portBase = portBase;
    this.before = before;
    this.classes = classes;
  }

  private GoriProcess(Path home, Path data, int portBase) {
    this(home, data, portBase, List.of(), System.getProperty("java.class.path"));
  }

  /// @param folder an empty one; the sources' workspace template, shortened, and the data folder
  ///   will be in it
  /// @param sections of `environment.yaml`, by environment and role
  static GoriProcess in(Path folder, Map<String, Map<String, String>> sections) throws IOException {
    var home = Files.createDirectories(folder.resolve("home"));
    ShortWorkspace.in(home.resolve("workspace"), sections);
    return new GoriProcess(home, folder.resolve("data"), freePorts());
  }

  private static int freePorts() throws IOException {
    var random = new Random();
    for (int tries = 0; tries < 100; tries++) {
      int base = 20_000 + 100 * random.nextInt(100);
      if (areFree(base)) {
        return base;
      }
    }
    throw new IOException("no free ports in 100 tries");
  }

  private static boolean areFree(int base) throws IOException {
    for (int offset : PORTS_USED) {
      try (var socket = new ServerSocket(base + offset, 1, InetAddress.getLoopbackAddress())) {
        socket.setReuseAddress(true);
      } catch (BindException _) {
        return false;
      }
    }
    return true;
  }

  /// Another process of the same platform, with its own data folder or the same one.
  GoriProcess beside(Path otherData) {
    return new GoriProcess(home, otherData, portBase);
  }

  /// The same program, run by another user of the operating system.
  ///
  /// @param classPath that this user can read
  GoriProcess as(int user, String classPath) {
    return new GoriProcess(
        home,
        data,
        portBase,
        List.of(
            "setpriv",
            "--reuid=" + user,
            "--regid=" + user,
            "--clear-groups",
            "--inh-caps=-all",
            "--"),
        classPath);
  }

  int portBase() {
    return portBase;
  }

  /// What runs now.
  Running running() {
    return Objects.requireNonNull(running);
  }

  Path home() {
    return home;
  }

  Path data() {
    return data;
  }

  /// Starts `gori up` for a part that verbs do not look for, and returns when it is ready.
  void upPart(String... options) throws IOException {
    var started = start(options);
    Poller.untilTrue(START, () -> !started.isAlive() || text().contains("ready in"));
    if (!started.isAlive() || !text().contains("ready in")) {
      throw new AssertionError("the part does not start: " + text());
    }
  }

  private Process start(String... options) throws IOException {
    said = Files.createTempFile(home, "up", ".log");
    var started =
        new ProcessBuilder(limited(command("up", options)))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    process = started;
    return started;
  }

  /// Starts `gori up` and returns when it says where it listens.
  Running up(String... options) throws IOException {
    var started = start(options);
    Poller.untilTrue(START, () -> !started.isAlive() || opened().isPresent());
    var found = running;
    if (found == null || !started.isAlive()) {
      throw new AssertionError("the program does not start: " + text());
    }
    return found;
  }

  private Optional<Running> opened() {
    try {
      var found = Running.from(data);
      if (process != null && found.process() == process.pid()) {
        running = found;
        return Optional.of(found);
      }
      found.close();
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `kill -9`: nothing of the process gets a chance to write or to say anything.
  void kill() {
    if (process != null) {
      process.destroyForcibly();
      await(process);
    }
    if (running != null) {
      running.close();
      running = null;
    }
  }

  /// Runs a verb to its end, as a process of its own beside the running one.
  Output verb(String verb, String... options) throws IOException {
    var output = Files.createTempFile(home, verb, ".log");
    var started =
        new ProcessBuilder(command(verb, options))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!started.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
        started.destroyForcibly();
        throw new AssertionError("%s does not end: %s".formatted(verb, Files.readString(output)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("waiting for " + verb, e));
    }
    return new Output(started.exitValue(), Files.readString(output));
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  /// Lets the program have only so many file descriptors.
  GoriProcess withDescriptors(int most) {
    this.descriptors = most;
    return this;
  }

  private List<String> limited(List<String> words) {
    if (descriptors == 0) {
      return words;
    }
    var all =
        new ArrayList<>(List.of("bash", "-c", "ulimit -n " + descriptors + "; exec \"$@\"", "-"));
    all.addAll(words);
    return all;
  }

  private List<String> command(String verb, String... options) {
    var words = new ArrayList<>(before);
    words.addAll(
        List.of(
            "sh", // with the file modes of a usual shell
            "-c",
            "umask 022; exec \"$@\"",
            "sh",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Dgori.home=" + home,
            "-cp",
            classes,
            Main.class.getName(),
            verb,
            "--data",
            data.toString(),
            "--port-base",
            String.valueOf(portBase)));
    words.addAll(List.of(options));
    return words;
  }

  /// What the last life said.
  String text() {
    try {
      return said == null ? "" : Files.readString(said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(Process process) {
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        throw new AssertionError("process %d does not end".formatted(process.pid()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("waiting for a process to end", e));
    }
  }

  @Override
  public void close() {
    kill();
  }
}

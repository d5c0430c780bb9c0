package dev.gori.process;

import dev.gori.kernel.life.OpenResources;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/// A running program. {@link #close} ends the program and everything it started.
///
/// If `setsid` is installed, the program leads its own process group, so that {@link #close} also
/// ends children that lost their parent. If the system has `/proc`, it finds a child that left the
/// group by the inherited environment variable `GORI_PROGRAM`. A child that also cleared its
/// variables ends only with an {@link Isolation.Namespace}, whose processes end with its first
/// process.
public final class ChildProcess implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int LONGEST_LINE = 8_192;
  private static final int SWEEPS = 5;
  private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";
  private static final String MARK = "GORI_PROGRAM";
  private static final Path PROC = Path.of("/proc");
  private static final boolean GROUPS =
      Files.isExecutable(Path.of("/usr/bin/setsid")) && Files.isExecutable(Path.of("/bin/kill"));

  private final Process process;
  private final String mark;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final OpenResources open;

  private ChildProcess(Process process, String mark) {
    this.process = process;
    this.mark = mark;
    this.open = OpenResources.mark("program " + process.pid());
  }

  /// Starts a program; standard output and standard error are merged.
  ///
  /// @throws IOException when there is no such program
  public static ChildProcess start(Command command) throws IOException {
    var environment = new HashMap<>(command.environment());
    environment.putIfAbsent("PATH", USUAL_PATH);
    var mark = UUID.randomUUID().toString();
    environment.put(MARK, mark);
    checkExists(command, environment.getOrDefault("PATH", USUAL_PATH));
    var arguments = new ArrayList<String>();
    if (GROUPS) {
      arguments.add("/usr/bin/setsid");
    }
    arguments.addAll(
        switch (command.isolation()) {
          case Isolation.None _ -> command.arguments();
          case Isolation.Namespace namespace ->
              Bubblewrap.arguments(namespace, command.folder(), command.arguments());
        });
    var builder =
        new ProcessBuilder(arguments)
            .directory(command.folder().toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    return new ChildProcess(builder.start(), mark);
  }

  /// Fails if the program does not exist: `setsid` would start and then fail with a less clear
  /// message.
  private static void checkExists(Command command, String path) throws IOException {
    var name = command.arguments().getFirst();
    var found =
        (name.contains("/")
                ? Stream.of(command.folder().resolve(name))
                : Stream.of(path.split(":")).map(folder -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .toList();
    if (found.isEmpty()) {
      throw new IOException(
          "program '%s' (expected: an executable file%s)"
              .formatted(name, name.contains("/") ? "" : " on PATH"));
    }
    if (command.isolation() instanceof Isolation.Namespace namespace
        && found.stream().noneMatch(file -> Bubblewrap.shows(namespace, command.folder(), file))) {
      throw new IOException(
          "program '%s' is %s, which the task's namespace does not show (expected: a program in /usr, in the run's folder or in a path that is named as visible)"
              .formatted(name, found.getFirst()));
    }
  }

  public long pid() {
    return process.pid();
  }

  /// A line that the caller stores in a file, so that {@link #endLeftover} finds the program after
  /// this process has died.
  public String trace() {
    return process.pid()
        + " "
        + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L)
        + " "
        + mark;
  }

  /// Passes each line of output to the consumer, on a separate thread, until the program and its
  /// output have ended; then ends the processes that the program left running. Splits long lines.
  /// An interrupt ends the wait, but not the program; {@link #close} ends it.
  ///
  /// @param cut returns the offset at which a long line may be split, for example to keep a secret
  ///   in one piece
  /// @return the exit status; 128 or more if a signal ended the program
  public int await(Consumer<String> lines, ToIntFunction<CharSequence> cut)
      throws InterruptedException {
    var reader =
        Thread.ofPlatform()
            .daemon()
            .name("output of " + process.pid())
            .start(() -> read(lines, cut));
    int status = process.waitFor();
    end();
    reader.join();
    return status;
  }

  private void read(Consumer<String> lines, ToIntFunction<CharSequence> cut) {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      var line = new StringBuilder();
      int next = LONGEST_LINE;
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        if (c == '\n') {
          lines.accept(line.toString());
          line.setLength(0);
          next = LONGEST_LINE;
        } else if (c != '\r') {
          line.append((char) c);
        }
        if (line.length() >= next) {
          int at = line.length() >= 2 * LONGEST_LINE ? line.length() : cut.applyAsInt(line);
          if (at > 0) {
            lines.accept(line.substring(0, at));
            line.delete(0, at);
          }
          next = line.length() + LONGEST_LINE;
        }
      }
      if (!line.isEmpty()) {
        lines.accept(line.toString());
      }
    } catch (IOException _) {
      // the pipe was closed with the program: there is no more output
    }
  }

  /// Asks the program and everything it started to end, and kills them after five seconds.
  @Override
  public void close() {
    end();
    open.closed();
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      end(process.toHandle(), mark);
    }
  }

  /// Ends a program that an earlier run of this process started, if it still runs.
  ///
  /// @param trace the result of {@link #trace} in the earlier run
  /// @return whether the program still ran
  public static boolean endLeftover(String trace) {
    var parts = trace.strip().split(" ");
    if (parts.length != 3 || !parts[0].matches("\\d{1,18}") || !parts[1].matches("\\d{1,18}")) {
      return false;
    }
    var leader =
        ProcessHandle.of(Long.parseLong(parts[0]))
            .filter(
                handle ->
                    handle.info().startInstant().map(Instant::toEpochMilli).orElse(-1L)
                        == Long.parseLong(parts[1]));
    leader.ifPresent(handle -> end(handle, parts[2]));
    boolean hadChildren = endMarked(parts[2]);
    return leader.isPresent() || hadChildren;
  }

  private static void end(ProcessHandle leader, String mark) {
    var tree = new ArrayList<>(leader.descendants().toList());
    tree.add(leader);
    tree.addAll(marked(mark));
    signal(leader, "-TERM");
    tree.forEach(ProcessHandle::destroy);
    boolean interrupted = !awaitAll(tree);
    signal(leader, "-KILL");
    tree.forEach(ProcessHandle::destroyForcibly);
    endMarked(mark);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Kills the processes with the mark until none is left: a process can start another one before
  /// it dies.
  ///
  /// @return whether there were any
  private static boolean endMarked(String mark) {
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      var found = marked(mark);
      if (found.isEmpty()) {
        return sweep > 0;
      }
      found.forEach(ProcessHandle::destroyForcibly);
      if (!awaitAll(found)) {
        Thread.currentThread().interrupt();
      }
    }
    return true;
  }

  /// The processes of this user that have inherited the mark.
  private static List<ProcessHandle> marked(String mark) {
    if (!Files.isDirectory(PROC)) {
      return List.of();
    }
    var wanted = MARK + "=" + mark;
    return ProcessHandle.allProcesses()
        .filter(handle -> handle.isAlive() && variables(handle.pid()).contains(wanted))
        .toList();
  }

  /// The variables that a process was started with; empty if the process has ended or belongs to
  /// another user.
  private static String variables(long pid) {
    try {
      return new String(
          Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve("environ")),
          StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }

  /// @return false when interrupted
  private static boolean awaitAll(List<ProcessHandle> tree) {
    long end = System.nanoTime() + GRACE.toNanos();
    for (var handle : tree) {
      try {
        handle.onExit().get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (InterruptedException _) {
        return false;
      } catch (TimeoutException | ExecutionException _) {
        return true;
      }
    }
    return true;
  }

  /// Sends a signal to the group that the program leads; does nothing if there is no such group.
  private static void signal(ProcessHandle leader, String signal) {
    if (!GROUPS) {
      return;
    }
    try {
      var kill =
          new ProcessBuilder("/bin/kill", signal, "--", "-" + leader.pid())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!kill.waitFor(2, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
      }
    } catch (IOException _) {
      // there is no kill program: the caller ends the processes one by one
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

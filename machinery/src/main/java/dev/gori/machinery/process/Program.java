package dev.gori.machinery.process;

import dev.gori.kernel.life.Open;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// A program that runs. Closing it ends it with everything it started.
///
/// It is the leader of a process group of its own where `setsid` is installed, so that children
/// that lost their parent are ended too. Elsewhere the tree of its children is ended as far as it
/// can be seen.
public final class Program implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final int LONGEST_LINE = 8_192;
    private static final boolean GROUPS =
            Files.isExecutable(Path.of("/usr/bin/setsid"))
                    && Files.isExecutable(Path.of("/bin/kill"));

    private final Process process;
    private final Open open;

    private Program(Process process) {
        this.process = process;
        this.open = Open.mark("program " + process.pid());
    }

    /// Starts a program; its standard output and error come together.
    ///
    /// @throws IOException when there is no such program
    public static Program start(Command command) throws IOException {
        var words = new ArrayList<String>();
        if (GROUPS) {
            words.add("/usr/bin/setsid");
        }
        words.addAll(command.words());
        var builder =
                new ProcessBuilder(words)
                        .directory(command.folder().toFile())
                        .redirectErrorStream(true);
        builder.environment().putAll(command.environment());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        checkExists(command);
        return new Program(builder.start());
    }

    /// `setsid` would start and then fail by itself, with a less clear message.
    private static void checkExists(Command command) throws IOException {
        var name = command.words().getFirst();
        var candidates =
                name.contains("/")
                        ? List.of(command.folder().resolve(name))
                        : List.of(
                                        Optional.ofNullable(command.environment().get("PATH"))
                                                .orElse(
                                                        System.getenv()
                                                                .getOrDefault(
                                                                        "PATH", "/usr/bin:/bin"))
                                                .split(":"))
                                .stream()
                                .map(folder -> Path.of(folder, name))
                                .toList();
        if (candidates.stream().noneMatch(Files::isExecutable)) {
            throw new IOException(
                    "program '%s' (expected: an executable file%s)"
                            .formatted(name, name.contains("/") ? "" : " on PATH"));
        }
    }

    public long pid() {
        return process.pid();
    }

    /// A line to keep in a file, by which {@link #endLeftover} finds the program after this process
    /// has died.
    public String trace() {
        return process.pid()
                + " "
                + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /// Hands on each line of output, from a thread of its own, until there is no more and the
    /// program has ended. Long lines come in pieces. An interrupt ends the waiting; the program
    /// then still runs, and closing ends it.
    ///
    /// @return the exit status; 128 and more where a signal ended it
    public int await(Consumer<String> lines) throws InterruptedException {
        var reader =
                Thread.ofPlatform()
                        .daemon()
                        .name("output of " + process.pid())
                        .start(() -> read(lines));
        int status = process.waitFor();
        reader.join();
        return status;
    }

    private void read(Consumer<String> lines) {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            var line = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c == '\n' || line.length() >= LONGEST_LINE) {
                    lines.accept(line.toString());
                    line.setLength(0);
                }
                if (c != '\n' && c != '\r') {
                    line.append((char) c);
                }
            }
            if (!line.isEmpty()) {
                lines.accept(line.toString());
            }
        } catch (IOException _) {
            // the pipe was closed with the program: there is no more output
        }
    }

    /// Asks the program and all it started to end, and after five seconds makes them.
    @Override
    public void close() {
        end(process.toHandle());
        open.closed();
    }

    /// Ends a program that an earlier life of this process had started, if it still runs.
    ///
    /// @param trace what {@link #trace} gave then
    /// @return whether there was one
    public static boolean endLeftover(String trace) {
        var parts = trace.strip().split(" ");
        if (parts.length != 2 || !parts[0].matches("\\d{1,18}") || !parts[1].matches("\\d{1,18}")) {
            return false;
        }
        var found =
                ProcessHandle.of(Long.parseLong(parts[0]))
                        .filter(
                                handle ->
                                        handle.info()
                                                        .startInstant()
                                                        .map(Instant::toEpochMilli)
                                                        .orElse(-1L)
                                                == Long.parseLong(parts[1]));
        found.ifPresent(Program::end);
        return found.isPresent();
    }

    private static void end(ProcessHandle leader) {
        var tree = new ArrayList<>(leader.descendants().toList());
        tree.add(leader);
        signal(leader, "-TERM");
        tree.forEach(ProcessHandle::destroy);
        boolean interrupted = !awaitAll(tree);
        signal(leader, "-KILL");
        tree.forEach(ProcessHandle::destroyForcibly);
        if (interrupted) {
            Thread.currentThread().interrupt();
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

    /// Sends a signal to the group that the program leads; nothing happens when there is none.
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
            // no kill program after all: the tree is ended one by one
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

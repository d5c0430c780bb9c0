package dev.gori.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What a program can access on the machine besides its folder.
public sealed interface Isolation {

  /// Everything that this process's user can access.
  record None() implements Isolation {}

  /// A mount, process and user namespace of its own, made by bubblewrap: the system's folders,
  /// read-only, the program's folder, an empty `/tmp`, and only its own processes. It shares the
  /// machine's network.
  ///
  /// @param bwrap the program `bwrap`
  /// @param visible further files and folders, which are mounted read-only
  /// @param hidden folders inside visible ones, over which an empty folder is mounted
  record Namespace(Path bwrap, List<Path> visible, List<Path> hidden) implements Isolation {
    public Namespace {
      visible = List.copyOf(visible);
      hidden = List.copyOf(hidden);
    }
  }

  static Isolation none() {
    return new None();
  }

  default String text() {
    return switch (this) {
      case None _ -> "none";
      case Namespace _ -> "namespace";
    };
  }

  /// Whether bubblewrap can make namespaces here.
  sealed interface Probe {
    record Possible(Path bwrap) implements Probe {}

    record Impossible(String why) implements Probe {}
  }

  /// Runs bubblewrap once, because the kernel's settings can forbid an installed bubblewrap.
  static Probe probe() {
    var found =
        Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, "bwrap"))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      return new Probe.Impossible("bwrap is not installed (on Debian: apt-get install bubblewrap)");
    }
    var arguments =
        Bubblewrap.arguments(
            new Namespace(found.get(), List.of(), List.of()), Path.of("/"), List.of("true"));
    try {
      var process = new ProcessBuilder(arguments).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Probe.Impossible("bwrap did not end within 5 s");
      }
      var said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return process.exitValue() == 0
          ? new Probe.Possible(found.get())
          : new Probe.Impossible(
              "bwrap cannot make namespaces here: %s (see user.max_user_namespaces and kernel.apparmor_restrict_unprivileged_userns)"
                  .formatted(said.isEmpty() ? "no message" : said));
    } catch (IOException e) {
      return new Probe.Impossible("bwrap cannot be started: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Probe.Impossible("interrupted while bwrap was tried out");
    }
  }
}

package dev.gori.app.verbs;

import dev.gori.app.HardExit;
import dev.gori.app.Platform;
import dev.gori.app.PortHolder;
import dev.gori.app.Terminal;
import dev.gori.app.running.Running;
import dev.gori.kernel.time.WallTime;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Starts the platform and runs it until Ctrl-C.
@Command(
    name = "up",
    description =
        "Start everything, run the first loop, print the addresses. Ctrl-C stops cleanly.")
final class UpVerb implements Callable<Integer> {

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--env",
      paramLabel = "ENV",
      split = ",",
      description = "Only these environments (default: all that the workspace declares).")
  List<String> environments = List.of();

  @Option(
      names = "--roles",
      paramLabel = "ROLE",
      split = ",",
      description = "Only these roles, such as gateway.")
  List<String> roles = List.of();

  @Option(
      names = "--elsewhere",
      paramLabel = "URL",
      description =
          "With --roles: the base URL of the process that runs the environment's other roles.")
  @Nullable URI elsewhere;

  @Option(
      names = "--follow",
      paramLabel = "URL",
      description = "With --roles gateway: be a replica of the gateway at this URL.")
  @Nullable URI follow;

  @Option(
      names = "--workspace",
      paramLabel = "GIT",
      description =
          "Follow this Git repository, a path or URL, instead of DIR/workspace.git; the setting is remembered.")
  @Nullable String workspace;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "With --env ENV: this port instead of the one derived from --port-base.")
  @Nullable Integer port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Listen here (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  String host = "127.0.0.1";

  private static final Duration NATIVE_CALLS = Duration.ofSeconds(3);

  @Override
  public Integer call() throws IOException, InterruptedException {
    var terminal = Terminal.ofThisProcess();
    long began = System.nanoTime();
    var options =
        new Platform.Options(
            common.data,
            CommonOptions.home().resolve("workspace"),
            host,
            common.portBase,
            environments,
            roles,
            Optional.ofNullable(elsewhere),
            Optional.ofNullable(port),
            Optional.ofNullable(follow),
            Optional.ofNullable(workspace));
    var time = new WallTime();
    var stopped = new CountDownLatch(1);
    var starting =
        new Thread(() -> HardExit.unlessIdle(Duration.ZERO), "gori-stop-starting"); // as kill -9
    Runtime.getRuntime().addShutdownHook(starting);
    var platform = start(options, time);
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(platform, time, terminal, stopped), "gori-stop"));
    Runtime.getRuntime().removeShutdownHook(starting);
    terminal.line(
        "ready in %.1f s", Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0);
    platform.notes().forEach(note -> terminal.line(terminal.bad("! ") + note));
    if (platform.isAddressed()) {
      greetOrSay(platform, terminal);
    } else {
      platform
          .own()
          .forEach(
              (name, own) ->
                  terminal.line(
                      "%s  %s  %s",
                      terminal.strong("%-10s".formatted(name)), own, String.join(", ", roles)));
    }
    terminal.line(terminal.faint("Ctrl-C stops."));
    stopped.await();
    return 0;
  }

  /// Greets the user; a failure does not stop the platform.
  private void greetOrSay(Platform platform, Terminal terminal) {
    try {
      greet(platform, terminal);
    } catch (IOException | RuntimeException e) {
      terminal.line(
          terminal.bad("the first loop was not followed to its end: ")
              + Gori.reason(e)
              + "; the platform runs, see './gori status'");
    }
  }

  private void greet(Platform platform, Terminal terminal) throws IOException {
    try (var running = Running.from(platform.data())) {
      Welcome.addresses(running, terminal);
      if (environments.isEmpty() && roles.isEmpty()) {
        new FirstLoop(running, terminal).run();
      }
    }
  }

  private static Platform start(Platform.Options options, WallTime time) throws IOException {
    try {
      return Platform.start(options, time);
    } catch (BindException e) {
      var port = PortHolder.portIn(String.valueOf(e.getMessage()));
      throw new IOException(
          "%s%s%n  Stop that program, or choose other ports with --port-base N."
              .formatted(
                  e.getMessage(),
                  port.flatMap(PortHolder::describe)
                      .map(who -> "\n  It is held by " + who + ".")
                      .orElse("")),
          e);
    }
  }

  private static void stop(
      Platform platform, WallTime time, Terminal terminal, CountDownLatch stopped) {
    terminal.line("");
    terminal.line("stopping: requests in flight finish, stores are written …");
    try {
      platform.close();
      time.close();
      terminal.line("stopped.");
    } catch (RuntimeException e) {
      terminal.line(terminal.bad(String.valueOf(e.getMessage())));
      for (var each : e.getSuppressed()) {
        terminal.line("  " + each.getMessage() + ": " + each.getCause());
      }
    } finally {
      HardExit.unlessIdle(NATIVE_CALLS);
      stopped.countDown();
    }
  }
}

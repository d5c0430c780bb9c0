package dev.gori.app.verbs;

import dev.gori.app.Terminal;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.gotext.PrometheusDuration;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// Shows the running roles, the serving versions and the last changes.
@Command(
    name = "status",
    description = "Show what runs, which versions serve, and the last changes.")
final class StatusVerb implements Callable<Integer> {

  private static final int CHANGES = 5;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--env", paramLabel = "ENV", description = "Only this environment.")
  @Nullable String environment;

  @Override
  public Integer call() throws IOException {
    var terminal = Terminal.ofThisProcess();
    try (var running = common.running()) {
      terminal.line(
          "process %d, console %s",
          running.process(), running.console().isEmpty() ? "none" : running.console());
      var shown =
          environment == null ? running.environments() : List.of(running.environment(environment));
      boolean all = true;
      for (var each : shown) {
        all &= showOrSay(each, terminal);
      }
      return all ? 0 : Gori.FAILED;
    }
  }

  /// Shows an environment, or the reason why it does not answer, so that the others are still
  /// shown.
  private static boolean showOrSay(RunningEnvironment environment, Terminal terminal) {
    try {
      show(environment, terminal);
      return true;
    } catch (FaultException e) {
      terminal.line("  %s", terminal.bad(e.reason()));
      return false;
    }
  }

  private static void show(RunningEnvironment environment, Terminal terminal) {
    terminal.line("");
    terminal.line("%s  %s", terminal.strong(environment.name()), environment.base());
    var serving = environment.gateway().models();
    if (serving.variants().isEmpty()) {
      terminal.line("  serves    nothing yet");
    }
    serving
        .variants()
        .forEach(
            (name, variant) ->
                terminal.line(
                    "  %-8s  %s version %d, loaded %s",
                    "variant " + name, variant.model(), variant.version(), variant.loaded()));
    terminal.line("  traffic   %s", serving.traffic());
    terminal.line("  tasks     %s", isolation(environment));
    environment
        .pipelines()
        .runs(1)
        .forEach(
            run ->
                terminal.line(
                    "  last run  %s %s %s",
                    run.pipeline(), run.id(), state(terminal, run.state())));
    delivery(environment.delivery().desired(), terminal);
    for (var change : environment.delivery().changes(CHANGES)) {
      var commit = change.path("commit").asString("");
      terminal.line(
          "  change    %s %s  %s",
          commit.substring(0, Math.min(10, commit.length())),
          state(terminal, change.path("verdict").asString("")),
          change.path("message").asString("").lines().findFirst().orElse(""));
      list(terminal, change.path("problems"));
    }
  }

  /// How `process` tasks are isolated from the machine.
  static String isolation(RunningEnvironment environment) {
    try {
      var isolation = environment.pipelines().isolation();
      return "isolation %s, %s".formatted(isolation.mode(), isolation.why());
    } catch (FaultException e) {
      return "isolation unknown: " + e.reason();
    }
  }

  /// The state of the environment's sync with Git, its age, and what prevents it.
  private static void delivery(JsonNode desired, Terminal terminal) {
    terminal.line(
        "  delivery  %s, last complete sync %s",
        state(terminal, desired.path("status").asString("")),
        desired.path("looked").isString()
            ? PrometheusDuration.format(
                    Duration.ofSeconds(desired.path("looked_seconds_ago").asLong(0)))
                + " ago"
            : "none since the start");
    for (var reason : List.of("trouble", "git")) {
      var text = desired.path(reason).asString("");
      if (!text.isEmpty() && !text.equals("reachable")) {
        terminal.line("            %s", terminal.bad(text));
      }
    }
    list(terminal, desired.path("drift"));
    list(terminal, desired.path("warnings"));
  }

  private static void list(Terminal terminal, JsonNode texts) {
    texts.forEach(text -> terminal.line("            %s", text.asString("")));
  }

  private static String state(Terminal terminal, String state) {
    return switch (state) {
      case "success", "applied", "succeeded", "synced" -> terminal.good(state);
      case "failed", "refused", "rolled_back", "stalled" -> terminal.bad(state);
      default -> state;
    };
  }
}

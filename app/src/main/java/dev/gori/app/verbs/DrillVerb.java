package dev.gori.app.verbs;

import dev.gori.app.Terminal;
import dev.gori.app.Workspace;
import dev.gori.app.drill.Drills;
import dev.gori.kernel.time.WallTime;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Causes a deliberate failure and follows it to recovery.
@Command(
    name = "drill",
    description = {
      "Make a failure on purpose and follow it to recovery; exit status 1 if an expectation is not met.",
      "  bad-model     commits a model that fails with 5xx for a share of the requests",
      "  slow-model    commits a model that takes longer than a second",
      "  drift         adds a raw day whose numbers have drifted",
      "  metrics-down  makes the metrics role fail while delivery observes a version"
    })
final class DrillVerb implements Callable<Integer> {

  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "NAME", description = "bad-model, slow-model, drift or metrics-down.")
  String name = "";

  @Option(
      names = "--env",
      paramLabel = "ENV",
      description = "The environment (default: ${DEFAULT-VALUE}).",
      defaultValue = "dev")
  String environment = "dev";

  @Override
  public Integer call() throws IOException {
    var drill = Drills.named(name);
    var terminal = Terminal.ofThisProcess();
    try (var time = new WallTime();
        var running = common.running();
        var workspace = Workspace.of(common.data, time)) {
      terminal.line(
          "drill %s in %s: %s", terminal.strong(drill.label()), environment, drill.what());
      boolean met = drill.run(running, environment, workspace, terminal);
      terminal.line("");
      terminal.line(
          met
              ? terminal.good("recovered: all expectations are met")
              : terminal.bad("not recovered: not all expectations are met"));
      return met ? 0 : Gori.FAILED;
    }
  }
}

package dev.gori.app.verbs;

import dev.gori.app.Terminal;
import dev.gori.app.Workspace;
import dev.gori.app.check.Checklist;
import dev.gori.kernel.time.WallTime;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Runs the operating checklist against the running platform.
@Command(
    name = "check",
    description = "Go through the operating checklist; exit status 1 if any line fails.")
final class CheckVerb implements Callable<Integer> {

  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws IOException {
    var terminal = Terminal.ofThisProcess();
    try (var time = new WallTime();
        var running = common.running();
        var workspace = Workspace.of(common.data, time)) {
      boolean passed =
          Checklist.run(
              running,
              workspace,
              (line, all) -> {
                terminal.line(
                    "%s %d/%d %s",
                    line.proof().passed() ? terminal.good("pass") : terminal.bad("FAIL"),
                    line.number(),
                    all,
                    line.statement());
                terminal.line(
                    terminal.faint(
                        "         " + line.proof().evidence().replace("; ", "\n         ")));
              });
      terminal.line("");
      terminal.line(passed ? terminal.good("all lines pass") : terminal.bad("not all lines pass"));
      return passed ? 0 : Gori.FAILED;
    }
  }
}

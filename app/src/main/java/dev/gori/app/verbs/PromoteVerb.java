package dev.gori.app.verbs;

import dev.gori.app.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Copies one environment's pipeline definitions to another, as a commit.
@Command(
    name = "promote",
    description = {
      "Commit one environment's pipeline definitions to another's tree.",
      "Nothing else crosses: the other environment trains on its own data, through its own gates."
    })
final class PromoteVerb implements Callable<Integer> {

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--from",
      paramLabel = "ENV",
      description = "Default: ${DEFAULT-VALUE}.",
      defaultValue = "dev")
  String from = "dev";

  @Option(
      names = "--to",
      paramLabel = "ENV",
      description = "Default: ${DEFAULT-VALUE}.",
      defaultValue = "prod")
  String to = "prod";

  @Override
  public Integer call() throws IOException {
    var terminal = Terminal.ofThisProcess();
    try (var running = common.running()) {
      running.environment(from);
      var answer =
          running
              .environment(to)
              .delivery()
              .promote(from, System.getProperty("user.name", "gori") + " <operator@localhost>");
      var commit = answer.path("commit").asString("");
      if (commit.isEmpty()) {
        terminal.line("%s already has what %s declares; nothing to commit", to, from);
      } else {
        terminal.line(
            "%s  %s → %s",
            terminal.strong(commit.substring(0, Math.min(10, commit.length()))), from, to);
        answer.path("files").forEach(file -> terminal.line("  %s", file.asString("")));
        terminal.line("follow it with: ./gori status --env %s", to);
      }
    }
    return 0;
  }
}

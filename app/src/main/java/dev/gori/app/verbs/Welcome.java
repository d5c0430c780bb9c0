package dev.gori.app.verbs;

import dev.gori.app.Terminal;
import dev.gori.app.running.Running;

/// Prints what a new user needs.
final class Welcome {

  private Welcome() {}

  static void addresses(Running running, Terminal terminal) {
    if (!running.console().isEmpty()) {
      terminal.line("%s  %s", terminal.strong("console   "), running.console());
    }
    for (var environment : running.environments()) {
      terminal.line(
          "%s  %s", terminal.strong("%-10s".formatted(environment.name())), environment.base());
      terminal.line(
          terminal.faint("            MLflow %s/mlflow   Prometheus %s/prometheus"),
          environment.base(),
          environment.base());
      terminal.line(
          terminal.faint("            token in %s"), environment.folder().resolve("token"));
      terminal.line(
          terminal.faint("            process tasks: %s"), StatusVerb.isolation(environment));
    }
    terminal.line("");
  }
}

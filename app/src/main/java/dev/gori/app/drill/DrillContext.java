package dev.gori.app.drill;

import dev.gori.app.running.Running;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.GatewayClient;
import dev.gori.git.GitRepository;
import dev.gori.kernel.fault.FaultException;
import java.util.List;

/// The platform, the environment and the workspace that a drill uses.
record DrillContext(
    Running running, RunningEnvironment environment, GitRepository workspace, Timeline timeline) {

  List<RunningEnvironment> others() {
    return running.environments().stream().filter(other -> other != environment).toList();
  }

  /// The model that serves now; the drill expects it again at its end.
  GatewayClient.Variant serving() {
    return serving(environment);
  }

  static GatewayClient.Variant serving(RunningEnvironment environment) {
    var serving = environment.gateway().models().variants().get("A");
    if (serving == null) {
      throw FaultException.notFound(
          "%s serves nothing yet; wait for its first pipeline run, see './gori status'"
              .formatted(environment.name()));
    }
    return serving;
  }
}

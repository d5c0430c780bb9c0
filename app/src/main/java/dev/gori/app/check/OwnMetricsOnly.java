package dev.gori.app.check;

import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.PrometheusClient.Outcome;
import java.util.List;

/// Statement 1: an environment's metrics have its own namespaces only.
final class OwnMetricsOnly extends EachEnvironment {

  OwnMetricsOnly() {
    super("each environment's metrics show only its own namespaces");
  }

  @Override
  Proof proveIn(RunningEnvironment environment, List<RunningEnvironment> others) {
    return switch (environment
        .metrics()
        .instant("count by (namespace) ({namespace!=\"\"})", environment.now())) {
      case Outcome.Answer(var series) -> {
        var names = series.stream().map(one -> one.labels().get("namespace")).sorted().toList();
        var foreign =
            names.stream().filter(name -> !name.endsWith("-" + environment.name())).toList();
        yield foreign.isEmpty()
            ? Proof.passed("%d namespaces, %s", names.size(), String.join(" ", names))
            : Proof.failed("foreign namespaces %s", foreign);
      }
      case Outcome.NoData() -> Proof.failed("no series at all");
      case Outcome.Failed(var why) -> Proof.failed("%s", why);
    };
  }
}

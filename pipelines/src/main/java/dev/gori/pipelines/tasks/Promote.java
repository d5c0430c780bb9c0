package dev.gori.pipelines.tasks;

import dev.gori.clients.DeliveryClient;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.pipelines.dag.TaskType;
import java.time.Duration;
import java.util.Set;

/// Promotes the definitions of this run's commit to another environment with the commit that `gori
/// promote` would make: → `commit` (empty if that environment already has them), `to`. In that
/// environment itself, which has the same pipeline file, the task is skipped.
///
/// This environment's own delivery makes the commit: the task has no access to the other
/// environment.
final class Promote implements Task {

  private static final Duration DEADLINE = Duration.ofSeconds(20);

  @Override
  public TaskType type() {
    return new TaskType("promote", Set.of("to"), Set.of("to"), false);
  }

  @Override
  public TaskOutcome run(TaskContext context) {
    var to = context.with().required("to");
    if (to.equals(context.env())) {
      return new TaskOutcome.Skipped("this is %s".formatted(to));
    }
    var access = context.clients().access();
    try (var delivery = DeliveryClient.open(access.delivery(), access.token(), DEADLINE)) {
      var facts = context.facts();
      var made = delivery.handOn(to, facts.commit(), facts.runId());
      var commit = made.path("commit").asString("");
      context.log(
          commit.isEmpty()
              ? "%s has these definitions already"
              : "promoted to %s by commit " + commit,
          to);
      return TaskOutcome.done("to", to, "commit", commit);
    } catch (FaultException e) {
      boolean mayHelp =
          e.fault() == Fault.BACKEND_DOWN
              || e.fault() == Fault.TIMED_OUT
              || e.fault() == Fault.TOO_BUSY
              || e.fault() == Fault.CONFLICT;
      return new TaskOutcome.Failed(e.reason(), mayHelp);
    }
  }
}

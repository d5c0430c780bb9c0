package dev.gori.pipelines.tasks;

import dev.gori.clients.DeliveryClient;
import dev.gori.clients.DeliveryClient.Rollout;
import dev.gori.clients.DeliveryClient.Wanted;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.pipelines.dag.TaskType;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Waits for one stage of a rollout, which delivery performs. `step: deploy` starts the rollout,
/// once for each run; the other steps wait for their stage. `step: rollback` is skipped if no
/// rollout was started or the rollout ended without a rollback.
final class RolloutStage implements Task {

  private static final List<String> STEPS =
      List.of("deploy", "smoke", "commit", "reload", "observe", "rollback");
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final String KEPT = "rollout";

  @Override
  public TaskType type() {
    return new TaskType(
        "rollout",
        Set.of("step", "model", "version", "variant", "run_id", "feature_version"),
        Set.of("step"),
        true);
  }

  @Override
  public TaskOutcome run(TaskContext context) throws IOException {
    var step = context.with().required("step");
    if (!STEPS.contains(step)) {
      return TaskOutcome.wrong("with.step: '%s' (expected: one of %s)".formatted(step, STEPS));
    }
    var access = context.clients().access();
    try (var delivery = DeliveryClient.open(access.delivery(), access.token(), DEADLINE)) {
      return watch(context, delivery, step);
    } catch (FaultException e) {
      if (e.fault() == Fault.BACKEND_DOWN
          || e.fault() == Fault.TIMED_OUT
          || e.fault() == Fault.TOO_BUSY) {
        return new TaskOutcome.NotYet("delivery does not answer: " + e.reason());
      }
      return TaskOutcome.wrong(e.reason());
    }
  }

  private static TaskOutcome watch(TaskContext context, DeliveryClient delivery, String step)
      throws IOException {
    var kept = context.folder().resolve(KEPT);
    if (!Files.exists(kept)) {
      if (!step.equals("deploy")) {
        return step.equals("rollback")
            ? new TaskOutcome.Skipped("no rollout was started, so there is nothing to take back")
            : TaskOutcome.wrong(
                "no rollout was started (expected: step 'deploy' before '%s')".formatted(step));
      }
      var started = delivery.start(wanted(context));
      Files.writeString(kept, started.id());
      context.log("rollout %s of version %d", started.id(), started.version());
    }
    var id = Files.readString(kept);
    return delivery
        .rollout(id)
        .map(rollout -> look(rollout, step))
        .orElseGet(
            () -> TaskOutcome.wrong("rollout '%s': delivery has none of that id".formatted(id)));
  }

  private static Wanted wanted(TaskContext context) {
    var with = context.with();
    return new Wanted(
        with.required("model"),
        with.whole("version", 0),
        with.text("variant").orElse("A"),
        context.facts().runId(),
        with.text("run_id").orElse(""),
        with.text("feature_version").orElse(""),
        context.facts().commit(),
        context.facts().runId());
  }

  private static TaskOutcome look(Rollout rollout, String step) {
    var stage = rollout.stage(step);
    var state = stage.map(DeliveryClient.Stage::state).orElse("pending");
    var detail = stage.map(DeliveryClient.Stage::detail).orElse("");
    return switch (state) {
      case "succeeded" ->
          TaskOutcome.done("rollout", rollout.id(), "state", rollout.state(), "detail", detail);
      case "failed" ->
          TaskOutcome.wrong(
              "rollout %s: %s failed: %s"
                  .formatted(rollout.id(), step, detail.isEmpty() ? rollout.cause() : detail));
      case "skipped" ->
          new TaskOutcome.Skipped(
              "rollout %s: %s was skipped: %s".formatted(rollout.id(), step, detail));
      default -> waiting(rollout, step, state);
    };
  }

  private static TaskOutcome waiting(Rollout rollout, String step, String state) {
    if (!rollout.isOver()) {
      return new TaskOutcome.NotYet(
          "rollout %s is %s, %s is %s%s"
              .formatted(
                  rollout.id(),
                  rollout.state(),
                  step,
                  state,
                  rollout.holding() ? "; it holds: " + rollout.cause() : ""));
    }
    var why =
        "rollout %s ended as %s before %s: %s"
            .formatted(rollout.id(), rollout.state(), step, rollout.cause());
    return step.equals("rollback") ? new TaskOutcome.Skipped(why) : TaskOutcome.wrong(why);
  }
}

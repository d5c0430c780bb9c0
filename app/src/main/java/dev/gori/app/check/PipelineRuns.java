package dev.gori.app.check;

import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.clients.PipelinesClient.TaskInfo;
import java.util.List;
import java.util.Optional;

/// Statement 5: the data tasks of the last finished run all succeeded.
final class PipelineRuns extends EachEnvironment {

  static final String PIPELINE = "daily_user_events";
  private static final List<String> DATA_TASKS =
      List.of(
          "extract_raw_data", "validate_data", "build_features", "store_features", "summarize_run");
  private static final int LOOKED_AT = 20;

  PipelineRuns() {
    super("the data pipeline runs raw → validate → features → store → summarize without error");
  }

  @Override
  Proof proveIn(RunningEnvironment environment, List<RunningEnvironment> others) {
    var run = lastFinished(environment);
    if (run.isEmpty()) {
      return Proof.failed("no finished run of %s", PIPELINE);
    }
    var bad =
        DATA_TASKS.stream()
            .filter(
                task ->
                    !run.get()
                        .task(task)
                        .map(TaskInfo::state)
                        .orElse("not there")
                        .equals("success"))
            .map(
                task ->
                    task
                        + " "
                        + run.get()
                            .task(task)
                            .map(info -> info.state() + " " + info.why())
                            .orElse("not there"))
            .toList();
    return bad.isEmpty()
        ? Proof.passed("run %s, %d tasks succeeded", run.get().id(), DATA_TASKS.size())
        : Proof.failed("run %s: %s", run.get().id(), String.join(", ", bad));
  }

  /// The newest run that has finished and was not cancelled, with its tasks.
  static Optional<RunInfo> lastFinished(RunningEnvironment environment) {
    return environment.pipelines().runs(PIPELINE, LOOKED_AT).stream()
        .filter(run -> run.isOver() && !run.state().equals("cancelled"))
        .findFirst()
        .flatMap(run -> environment.pipelines().run(run.id()));
  }
}

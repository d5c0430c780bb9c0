package dev.gori.delivery.sync;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.record.ChangeLinkKind;
import dev.gori.delivery.record.DeliveryEvent;
import dev.gori.delivery.record.DeliveryEventKind;
import dev.gori.delivery.record.DeliveryStore;
import dev.gori.delivery.record.Stage;
import dev.gori.delivery.record.StageState;
import dev.gori.git.Commit;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.time.Time;
import java.util.List;
import java.util.function.Function;

/// Triggers the changed pipelines whose file has `run_on_change: true`. The revert commit of a
/// rollout triggers none: the last good version serves again, so there is nothing to train.
final class PipelineTriggers {

  private static final String FOLDER = "pipelines/";

  private final Pipelines pipelines;
  private final DeliveryStore records;
  private final Time time;

  PipelineTriggers(Pipelines pipelines, DeliveryStore records, Time time) {
    this.pipelines = pipelines;
    this.records = records;
    this.time = time;
  }

  /// @param commits the new commits, oldest first
  /// @param changed the environment's changed files, relative to its folder
  void run(
      List<Commit> commits,
      DesiredFiles files,
      List<String> changed,
      Function<Commit, List<String>> paths,
      EnvironmentName environment) {
    for (var path : changed) {
      if (!path.startsWith(FOLDER) || !DesiredFiles.isYaml(path)) {
        continue;
      }
      files
          .text(path)
          .ifPresent(
              text -> {
                var file = Conf.parse(path, text, new Problems());
                var name =
                    file.textOr(
                        "name", path.substring(path.lastIndexOf('/') + 1, path.lastIndexOf('.')));
                if (file.flag("run_on_change", false)) {
                  commits.reversed().stream()
                      .filter(
                          commit ->
                              paths
                                  .apply(commit)
                                  .contains(DesiredFiles.folder(environment) + "/" + path))
                      .findFirst()
                      .filter(commit -> !commit.trailers().containsKey("Gori-Rollback"))
                      .ifPresent(commit -> trigger(name, commit));
                }
              });
    }
  }

  private void trigger(String name, Commit commit) {
    var began = Stage.pending("trigger " + name).running(time.now());
    try {
      var run = pipelines.trigger(name, commit.id().value());
      records.change(
          commit.id().value(),
          change ->
              change
                  .withLink(ChangeLinkKind.PIPELINE_RUN, run)
                  .with(began.ended(StageState.SUCCEEDED, time.now(), "run " + run)));
    } catch (FaultException e) {
      records.change(
          commit.id().value(),
          change -> change.with(began.ended(StageState.FAILED, time.now(), e.reason())));
      records.add(
          new DeliveryEvent(
              time.now(),
              DeliveryEventKind.TRIGGER_FAILED,
              "pipeline %s for commit %s: %s".formatted(name, commit.id().brief(), e.reason())));
    }
  }
}

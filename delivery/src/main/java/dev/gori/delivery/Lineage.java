package dev.gori.delivery;

import dev.gori.base.json.Json;
import dev.gori.delivery.record.ChangeRecord;
import dev.gori.delivery.record.DeliveryStore;
import dev.gori.delivery.record.RolloutFact;
import dev.gori.delivery.record.RolloutJson;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.kernel.fault.FaultException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds the chain of commit, pipeline run, feature version, training run, model version, rollout,
/// alert and revert commit from one of its elements.
final class Lineage {

  private static final int MOST = 1_000;

  private final DeliveryStore records;
  private final RequestTrace requests;

  Lineage(DeliveryStore records, RequestTrace requests) {
    this.records = records;
    this.requests = requests;
  }

  /// @param kind `request`, `version`, `run`, `pipeline_run`, `feature_version`, `commit` or
  ///   `rollout`
  Map<String, @Nullable Object> of(String kind, String id) {
    Predicate<RolloutRecord> wanted =
        switch (kind) {
          case "request" -> {
            var answered =
                requests
                    .answered(id)
                    .orElseThrow(
                        () ->
                            FaultException.notFound(
                                "request '%s': no log line has it (it may be too old, or logs are away)"
                                    .formatted(id)));
            yield rollout -> answered.isOf(rollout.request().model(), rollout.request().version());
          }
          case "version" ->
              rollout ->
                  id.equals(Integer.toString(rollout.request().version()))
                      || id.equals(rollout.request().model() + "/" + rollout.request().version());
          case "run" ->
              rollout ->
                  rollout.request().runId().equals(id)
                      || rollout.request().pipelineRun().equals(id);
          case "pipeline_run" -> rollout -> rollout.request().pipelineRun().equals(id);
          case "feature_version", "feature version" ->
              rollout -> rollout.request().featureVersion().equals(id);
          case "commit" -> rollout -> commits(rollout).contains(id);
          case "rollout" -> rollout -> rollout.id().equals(id);
          default ->
              throw FaultException.badRequest(
                  "lineage of '%s' (expected: request, version, run, pipeline_run, feature_version, commit or rollout)"
                      .formatted(kind));
        };
    var rollouts = records.rollouts(MOST).stream().filter(wanted).toList();
    if (rollouts.isEmpty()) {
      throw FaultException.notFound("%s '%s': no rollout knows it".formatted(kind, id));
    }
    return Json.object(
        "kind", kind, "id", id, "chains", rollouts.stream().map(this::chain).toList());
  }

  private Map<String, @Nullable Object> chain(RolloutRecord rollout) {
    var request = rollout.request();
    var changes =
        commits(rollout).stream()
            .flatMap(id -> records.change(id).stream())
            .map(ChangeRecord::json)
            .toList();
    return Json.object(
        "commit", request.commit(),
        "pipeline_run", request.pipelineRun(),
        "feature_version", request.featureVersion(),
        "run_id", request.runId(),
        "model", request.model(),
        "version", request.version(),
        "rollout", RolloutJson.write(rollout),
        "pin_commit", rollout.fact(RolloutFact.PIN_COMMIT).orElse(""),
        "alerts",
            rollout.fact(RolloutFact.ALERTED).isPresent()
                ? List.of("RolloutRolledBack")
                : List.of(),
        "revert_commit", rollout.fact(RolloutFact.REVERT_COMMIT).orElse(""),
        "changes", changes);
  }

  private static List<String> commits(RolloutRecord rollout) {
    var commits = new LinkedHashSet<String>();
    commits.add(rollout.request().commit());
    rollout.fact(RolloutFact.PIN_COMMIT).ifPresent(commits::add);
    rollout.fact(RolloutFact.REVERT_COMMIT).ifPresent(commits::add);
    commits.remove("");
    return List.copyOf(commits);
  }
}

package dev.gori.delivery.controller;

import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.desired.ServingFile;
import dev.gori.delivery.desired.ServingFileEditor;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.git.CommitDraft;
import dev.gori.git.CommitId;
import dev.gori.git.CommitResult;
import dev.gori.git.GitRepository;
import dev.gori.git.Person;
import dev.gori.git.Tree;
import dev.gori.kernel.id.EnvironmentName;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Commits the version to `serving.yaml`. It finds an earlier commit of the same rollout by its
/// trailer, so it makes only one.
final class PinCommit {

  static final Person GORI = new Person("gori", "gori@localhost");
  static final String ROLLOUT = "Gori-Rollout";
  private static final int LOOK_BACK = 500;

  private final EnvironmentName environment;
  private final GitRepository git;

  PinCommit(EnvironmentName environment, GitRepository git) {
    this.environment = environment;
    this.git = git;
  }

  /// @return the commit; empty when Git declares the version without a commit of this rollout
  Optional<CommitId> write(RolloutRecord rollout) {
    git.fetch();
    var made = git.head().flatMap(head -> git.withTrailer(head, ROLLOUT, rollout.id(), LOOK_BACK));
    if (made.isPresent()) {
      return made.map(commit -> commit.id());
    }
    return switch (git.commit(head -> draft(rollout, head))) {
      case CommitResult.Committed(var commit) -> Optional.of(commit.id());
      case CommitResult.Unchanged(_) -> Optional.empty();
    };
  }

  private CommitDraft draft(RolloutRecord rollout, Tree head) {
    var request = rollout.request();
    var trailers = new LinkedHashMap<String, String>();
    trailers.put(ROLLOUT, rollout.id());
    trailers.put("Gori-Model-Version", request.model() + "/" + request.version());
    put(trailers, "Gori-Pipeline-Run", request.pipelineRun());
    put(trailers, "Gori-Training-Run", request.runId());
    put(trailers, "Gori-Feature-Version", request.featureVersion());
    put(trailers, request.isCause() ? "Gori-Because-Of" : "Gori-Defined-By", request.commit());
    var message =
        "Serve %s version %d in %s\n\nThe rollout's smoke test passed; variant %s is pinned before traffic moves."
            .formatted(request.model(), request.version(), environment, request.variant());
    return new CommitDraft(
        GORI,
        message,
        trailers,
        pinned(environment, head, request.variant(), OptionalInt.of(request.version())));
  }

  private static void put(Map<String, String> trailers, String key, String value) {
    if (!value.isEmpty()) {
      trailers.put(key, value);
    }
  }

  /// The edit that pins a version, or that removes the variant.
  static Map<String, Optional<byte[]>> pinned(
      EnvironmentName environment, Tree head, String variant, OptionalInt version) {
    var path = DesiredFiles.path(environment, ServingFile.PATH, head);
    var text = new String(head.file(path).orElse(new byte[0]), StandardCharsets.UTF_8);
    return Map.of(
        path,
        Optional.of(
            ServingFileEditor.pin(text, variant, version).getBytes(StandardCharsets.UTF_8)));
  }
}

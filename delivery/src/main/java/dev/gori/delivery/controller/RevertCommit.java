package dev.gori.delivery.controller;

import dev.gori.base.conf.Problems;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.desired.ServingFile;
import dev.gori.delivery.record.ObservationRound;
import dev.gori.delivery.record.RolloutFact;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.git.Commit;
import dev.gori.git.CommitDraft;
import dev.gori.git.CommitId;
import dev.gori.git.CommitResult;
import dev.gori.git.GitRepository;
import dev.gori.git.RevertMerge;
import dev.gori.git.Tree;
import dev.gori.kernel.id.EnvironmentName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Writes the commit that reverts a bad version.
///
/// It undoes the pin and, where that applies cleanly, the commit that caused the rollout, both only
/// inside the environment's folder. If the version is still pinned after that, for example because
/// another commit changed the same lines, it restores only the pin of the last good version.
final class RevertCommit {

  private static final String ROLLBACK = "Gori-Rollback";
  private static final int LOOK_BACK = 500;

  /// @param commit the revert; empty when Git no longer declares the bad version
  /// @param left a description of what it could not revert
  record Outcome(Optional<CommitId> commit, String left) {}

  private final EnvironmentName environment;
  private final GitRepository git;

  RevertCommit(EnvironmentName environment, GitRepository git) {
    this.environment = environment;
    this.git = git;
  }

  /// Whether Git declares the rollout's version, or a commit of this rollout has reverted it.
  boolean isPinned(RolloutRecord rollout) {
    git.fetch();
    return made(rollout).isPresent()
        || git.head().map(git::tree).filter(tree -> stillPinned(rollout, tree)).isPresent();
  }

  private Optional<Commit> made(RolloutRecord rollout) {
    return git.head().flatMap(head -> git.withTrailer(head, ROLLBACK, rollout.id(), LOOK_BACK));
  }

  Outcome write(RolloutRecord rollout, List<ObservationRound> rounds) {
    git.fetch();
    var made = made(rollout);
    if (made.isPresent()) {
      return new Outcome(made.map(commit -> commit.id()), "");
    }
    var left = new ArrayList<String>();
    var written =
        git.commit(
            head -> {
              left.clear();
              return draft(rollout, rounds, head, left);
            });
    return switch (written) {
      case CommitResult.Committed(var commit) ->
          new Outcome(Optional.of(commit.id()), String.join("; ", left));
      case CommitResult.Unchanged(_) -> new Outcome(Optional.empty(), String.join("; ", left));
    };
  }

  private CommitDraft draft(
      RolloutRecord rollout, List<ObservationRound> rounds, Tree head, List<String> left) {
    var edits = new LinkedHashMap<String, Optional<byte[]>>();
    var undone = new ArrayList<CommitId>();
    for (var commit : toUndo(rollout)) {
      switch (git.undo(head.with(edits), commit, DesiredFiles.folder(environment))) {
        case RevertMerge.Clean(var more) -> {
          if (!more.isEmpty()) {
            edits.putAll(more);
            undone.add(commit);
          }
        }
        case RevertMerge.Conflict(var paths) ->
            left.add(
                "%s stays: %s changed since".formatted(commit.brief(), String.join(", ", paths)));
      }
    }
    if (stillPinned(rollout, head.with(edits))) {
      edits.putAll(
          PinCommit.pinned(
              environment, head.with(edits), rollout.request().variant(), rollout.previous()));
    }
    return new CommitDraft(
        PinCommit.GORI,
        RevertMessage.message(rollout, rounds, undone, left, git),
        trailers(rollout, undone),
        edits);
  }

  private List<CommitId> toUndo(RolloutRecord rollout) {
    var commits = new ArrayList<CommitId>();
    rollout.fact(RolloutFact.PIN_COMMIT).map(CommitId::new).ifPresent(commits::add);
    if (rollout.request().isCause() && !rollout.request().commit().isEmpty()) {
      commits.add(new CommitId(rollout.request().commit()));
    }
    return commits;
  }

  private boolean stillPinned(RolloutRecord rollout, Tree tree) {
    var text =
        tree.file(DesiredFiles.path(environment, ServingFile.PATH, tree))
            .map(b -> new String(b, StandardCharsets.UTF_8));
    return text.map(
            t ->
                ServingFile.read(ServingFile.PATH, t, new Problems())
                    .pinned(rollout.request().variant()))
        .filter(OptionalInt.of(rollout.request().version())::equals)
        .isPresent();
  }

  private static Map<String, String> trailers(RolloutRecord rollout, List<CommitId> undone) {
    var trailers = new LinkedHashMap<String, String>();
    trailers.put(ROLLBACK, rollout.id());
    trailers.put(
        "Gori-Model-Version", rollout.request().model() + "/" + rollout.request().version());
    if (!undone.isEmpty()) {
      trailers.put("Gori-Reverts", String.join(" ", undone.stream().map(CommitId::value).toList()));
    }
    return trailers;
  }
}

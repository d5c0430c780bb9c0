package dev.gori.delivery.sync;

import dev.gori.base.conf.Problems;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.desired.DesiredStateCheck;
import dev.gori.delivery.desired.ServingFile;
import dev.gori.delivery.record.DeliveryStore;
import dev.gori.git.CommitId;
import dev.gori.git.GitRepository;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads and checks everything that a commit declares for the environment, before sync applies any
/// of it.
final class DesiredStateReader {

  /// The files of a commit and all of their problems.
  record Checked(DesiredFiles files, List<String> problems) {}

  private final EnvironmentName environment;
  private final GitRepository git;
  private final List<DesiredStateCheck> checks;
  private final DeliveryStore records;

  DesiredStateReader(
      EnvironmentName environment,
      GitRepository git,
      List<DesiredStateCheck> checks,
      DeliveryStore records) {
    this.environment = environment;
    this.git = git;
    this.checks = List.copyOf(checks);
    this.records = records;
  }

  DesiredFiles files(CommitId commit) {
    return DesiredFiles.of(
        environment, commit, git.tree(commit).under(DesiredFiles.folder(environment)));
  }

  ServingFile serving(CommitId commit) {
    return serving(files(commit), new Problems());
  }

  /// @param before the commit that is currently applied
  Checked check(CommitId commit, Optional<CommitId> before) {
    var problems = new Problems();
    git.tree(commit).unusable(DesiredFiles.folder(environment)).forEach(problems::add);
    DesiredFiles files;
    try {
      files = files(commit);
    } catch (FaultException e) {
      if (problems.isEmpty()) {
        throw e;
      }
      return new Checked(new DesiredFiles(environment, commit, Map.of()), problems.all());
    }
    if (files.files().isEmpty()) {
      problems.add(
          "%s: no files (expected: the environment's desired state)"
              .formatted(DesiredFiles.folder(environment)));
    }
    var serving = serving(files, problems);
    notBlocked(serving, before, problems);
    for (var check : checks) {
      check.check(files, problems);
    }
    return new Checked(files, problems.all());
  }

  /// What the files declare but nothing uses.
  List<String> warnings(DesiredFiles files) {
    return checks.stream().flatMap(check -> check.warnings(files).stream()).toList();
  }

  private ServingFile serving(DesiredFiles files, Problems problems) {
    var path = DesiredFiles.folder(environment) + "/" + files.name(ServingFile.PATH);
    var text = files.text(ServingFile.PATH);
    if (text.isEmpty()) {
      problems.add(
          "%s: missing (expected: the model, its variants and the traffic policy)".formatted(path));
    }
    return ServingFile.read(path, text.orElse("model: none"), problems);
  }

  /// Rejects a new pin of a blocked version. A pin that the applied commit already has is no
  /// problem: its revert commit may still be pending, and later commits are not to blame.
  private void notBlocked(ServingFile serving, Optional<CommitId> before, Problems problems) {
    serving
        .pinned("A")
        .ifPresent(
            version -> {
              boolean stoodThere =
                  before
                      .filter(id -> serving(id).pinned("A").equals(serving.pinned("A")))
                      .isPresent();
              if (!stoodThere) {
                records
                    .blocked(serving.model(), version)
                    .ifPresent(
                        block ->
                            problems.add(
                                "%s/%s variants.A.version: %d was rolled back by %s: %s (expected: another version, or lift the block with DELETE /api/v1/blocked/%s/%d)"
                                    .formatted(
                                        DesiredFiles.folder(environment),
                                        ServingFile.PATH,
                                        version,
                                        block.rollout(),
                                        block.cause(),
                                        serving.model(),
                                        version)));
              }
            });
  }
}

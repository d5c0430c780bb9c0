package dev.gori.delivery;

import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.git.CommitDraft;
import dev.gori.git.CommitId;
import dev.gori.git.CommitResult;
import dev.gori.git.GitRepository;
import dev.gori.git.Person;
import dev.gori.git.Tree;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Copies one environment's pipeline definitions to another environment's folder, in one commit. It
/// copies nothing else: the other environment trains on its own data and checks the result with its
/// own gates.
final class Promotion {

  static final Person GORI = new Person("gori", "gori@localhost");
  private static final String RUN = "Gori-Pipeline-Run";
  private static final String PROMOTES = "Gori-Promotes";
  private static final int LOOK_BACK = 500;

  /// @param commit empty when the definitions were already identical
  record Outcome(Optional<CommitId> commit, List<String> files) {}

  private final EnvironmentName here;
  private final GitRepository git;

  /// @param here the environment of this delivery role
  Promotion(EnvironmentName here, GitRepository git) {
    this.here = here;
    this.git = git;
  }

  /// Copies the current definitions of another environment to this one.
  Outcome from(EnvironmentName from, Person author) {
    if (from.equals(here)) {
      throw FaultException.badRequest(
          "promotion from '%s' to itself (expected: another environment, such as dev)"
              .formatted(from));
    }
    return written(
        git.commit(head -> draft(from, here, head, head, author, trailers(from, git.head(), ""))));
  }

  /// Copies the definitions that a pipeline run used to another environment, even if this
  /// environment has changed them since. A second call for the same run makes no second commit.
  ///
  /// @param commit the commit of the definitions; empty for the head
  Outcome to(EnvironmentName to, Optional<CommitId> commit, String run) {
    if (to.equals(here)) {
      throw FaultException.badRequest(
          "promotion from '%s' to itself (expected: another environment, such as prod)"
              .formatted(to));
    }
    git.fetch();
    var head = git.head().orElseThrow(() -> FaultException.notFound("the workspace has no commit"));
    var made =
        git.withTrailer(head, RUN, run, LOOK_BACK)
            .filter(one -> one.trailers().containsKey(PROMOTES));
    if (made.isPresent()) {
      return new Outcome(made.map(one -> one.id()), git.changedBy(made.get().id()));
    }
    var proven = git.tree(commit.orElse(head));
    return written(
        git.commit(
            tree ->
                draft(
                    here,
                    to,
                    proven,
                    tree,
                    GORI,
                    trailers(here, Optional.of(commit.orElse(head)), run))));
  }

  private Outcome written(CommitResult written) {
    return switch (written) {
      case CommitResult.Committed(var commit) ->
          new Outcome(Optional.of(commit.id()), git.changedBy(commit.id()));
      case CommitResult.Unchanged(_) -> new Outcome(Optional.empty(), List.of());
    };
  }

  private static CommitDraft draft(
      EnvironmentName from,
      EnvironmentName to,
      Tree source,
      Tree head,
      Person author,
      Map<String, String> trailers) {
    var there = DesiredFiles.folder(from) + "/pipelines";
    var target = DesiredFiles.folder(to) + "/pipelines";
    var definitions = source.under(there);
    if (definitions.isEmpty()) {
      throw FaultException.notFound("%s: no pipelines to promote".formatted(there));
    }
    if (head.under(DesiredFiles.folder(to)).isEmpty()) {
      throw FaultException.notFound(
          "%s: no such environment in the workspace".formatted(DesiredFiles.folder(to)));
    }
    var edits = new LinkedHashMap<String, Optional<byte[]>>();
    head.under(target).keySet().forEach(path -> edits.put(path, Optional.empty()));
    definitions.forEach(
        (path, content) ->
            edits.put(target + path.substring(there.length()), Optional.of(content)));
    return new CommitDraft(
        author,
        "Promote %s's pipelines to %s\n\nOnly definitions cross; %s trains on its own data."
            .formatted(from, to, to),
        trailers,
        edits);
  }

  private static Map<String, String> trailers(
      EnvironmentName from, Optional<CommitId> source, String run) {
    var trailers = new LinkedHashMap<String, String>();
    trailers.put(PROMOTES, from.value());
    source.ifPresent(id -> trailers.put("Gori-Promoted-From", id.value()));
    if (!run.isEmpty()) {
      trailers.put(RUN, run);
    }
    return trailers;
  }
}

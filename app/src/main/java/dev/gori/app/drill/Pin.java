package dev.gori.app.drill;

import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.desired.ServingFile;
import dev.gori.delivery.desired.ServingFileEditor;
import dev.gori.git.CommitDraft;
import dev.gori.git.CommitId;
import dev.gori.git.CommitResult;
import dev.gori.git.Person;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Commits a version to `serving.yaml`, as a user would.
final class Pin {

  private static final Person AUTHOR = new Person("drill", "drill@localhost");

  private Pin() {}

  static CommitId commit(DrillContext context, int version, String subject) {
    var written =
        context
            .workspace()
            .commit(
                tree -> {
                  var path =
                      DesiredFiles.path(
                          new EnvironmentName(context.environment().name()),
                          ServingFile.PATH,
                          tree);
                  var text =
                      tree.file(path)
                          .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                          .orElseThrow(
                              () -> FaultException.notFound(path + " is not in the workspace"));
                  var pinned = ServingFileEditor.pin(text, "A", OptionalInt.of(version));
                  return new CommitDraft(
                      AUTHOR,
                      subject,
                      Map.of(),
                      Map.of(path, Optional.of(pinned.getBytes(StandardCharsets.UTF_8))));
                });
    return switch (written) {
      case CommitResult.Committed(var commit) -> commit.id();
      case CommitResult.Unchanged(var head) ->
          throw FaultException.badRequest(
              "version %d is pinned already at %s".formatted(version, head.brief()));
    };
  }
}

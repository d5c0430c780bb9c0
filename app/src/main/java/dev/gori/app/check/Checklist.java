package dev.gori.app.check;

import dev.gori.app.running.Running;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.git.GitRepository;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The nine statements of the operating checklist, in order.
public final class Checklist {

  /// One statement with its proof.
  public record Checked(int number, String statement, Proof proof) {}

  private Checklist() {}

  /// Checks all statements, even after one fails.
  ///
  /// @param workspace the repository that the platform follows
  /// @param each receives each result and the number of statements
  /// @return whether all statements passed
  public static boolean run(
      Running running, GitRepository workspace, BiConsumer<Checked, Integer> each)
      throws IOException {
    var lines = lines(new Workspace(workspace));
    boolean allPassed = true;
    for (int i = 0; i < lines.size(); i++) {
      var proof = prove(lines.get(i), running);
      allPassed &= proof.passed();
      each.accept(new Checked(i + 1, lines.get(i).statement(), proof), lines.size());
    }
    return allPassed;
  }

  private static Proof prove(CheckResult line, Running running) throws IOException {
    try {
      return line.prove(running);
    } catch (FaultException e) {
      return Proof.failed("%s", e.reason());
    }
  }

  private static List<CheckResult> lines(DeclaredState declared) {
    return List.of(
        new OwnMetricsOnly(),
        new OwnAlerting(declared),
        new OwnLogsOnly(),
        new MetricsAgreeWithLogs(),
        new PipelineRuns(),
        new FeatureVersionCheck(),
        new TestAlert(),
        new DataPipelineLines(),
        new ServesWhatGitDeclares(declared));
  }

  private record Workspace(GitRepository git) implements DeclaredState {
    @Override
    public Optional<byte[]> file(String environment, String path) {
      return git.head()
          .flatMap(
              head -> {
                var tree = git.tree(head);
                return tree.file(DesiredFiles.path(new EnvironmentName(environment), path, tree));
              });
    }

    @Override
    public String head() {
      return git.head().map(id -> id.value()).orElse("");
    }
  }
}

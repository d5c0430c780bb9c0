package dev.gori.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.process.Isolation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TaskIsolationTest {

  private static final Path FOLDER = Path.of("/opt/gori/data/dev/pipelines");
  private static final Path BWRAP = Path.of("/usr/bin/bwrap");

  private static PipelinesSettings settings(String yaml, Problems problems) {
    return PipelinesSettings.read(Conf.parse("environment.yaml", yaml, problems), problems);
  }

  private static TaskIsolation choose(String yaml, Isolation.Probe machine) {
    var problems = new Problems();
    var settings = settings(yaml, problems);
    assertThat(problems.all()).isEmpty();
    return TaskIsolation.choose(settings, FOLDER, () -> machine);
  }

  @Test
  void theBestThatTheMachineCanDoIsTakenWhereNothingIsAskedFor() {
    var can = new Isolation.Probe.Possible(BWRAP);
    var cannot = new Isolation.Probe.Impossible("bwrap is not installed");
    assertThat(choose("keep_bytes: 1GiB", can).mode().text()).isEqualTo("namespace");
    assertThat(choose("isolation: none", can).mode().text()).isEqualTo("none");
    var without = choose("most_runs: 5", cannot);
    assertThat(without.mode().text()).isEqualTo("none");
    assertThat(without.why()).endsWith("may see: bwrap is not installed");
    assertThatThrownBy(() -> choose("isolation: namespace", cannot))
        .hasMessageContaining(
            "pipelines.isolation: namespace, but bwrap is not installed; or choose `isolation: none`");
  }

  @Test
  void theDataFolderIsHiddenInWhatIsVisible() {
    var can = new Isolation.Probe.Possible(BWRAP);
    assertThat(choose("visible: [/opt/gori, /srv/models]", can).mode())
        .isEqualTo(
            new Isolation.Namespace(
                BWRAP,
                List.of(Path.of("/opt/gori"), Path.of("/srv/models")),
                List.of(Path.of("/opt/gori/data"))));
    assertThat(choose("visible: [/opt/python]", can).mode())
        .isEqualTo(new Isolation.Namespace(BWRAP, List.of(Path.of("/opt/python")), List.of()));
  }

  @Test
  void whatDoesNotFitIsSaidWithItsPlace() {
    var problems = new Problems();
    settings("isolation: chroot\nvisible: [python, /]\nmost_runs: 0\n", problems);
    assertThat(problems.all())
        .anyMatch(text -> text.contains("isolation") && text.contains("none or namespace"))
        .anyMatch(text -> text.contains("visible: python (expected: absolute paths"))
        .anyMatch(text -> text.contains("visible: / (expected: absolute paths"))
        .anyMatch(text -> text.contains("most_runs"));
  }
}

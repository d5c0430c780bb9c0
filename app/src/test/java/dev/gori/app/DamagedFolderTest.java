package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.app.running.Poller;
import dev.gori.app.running.Running;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.git.CommitDraft;
import dev.gori.git.CommitId;
import dev.gori.git.Person;
import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a start does with a data folder in which something is damaged: it says what to do, or puts
/// it right and says so. It never begins anew where something was.
@ExtendWith(NoLeaks.class)
final class DamagedFolderTest {

  @TempDir Path folder;

  private Path template;
  private Path data;

  @BeforeEach
  void prepare() throws IOException {
    template = ShortWorkspace.in(folder.resolve("template"), Map.of());
    data = Files.createDirectories(folder.resolve("data"));
  }

  private Platform start(WallTime time) throws IOException {
    return Platform.start(Platform.Options.all(data, template, 0), time);
  }

  private void isRefused(String... says) {
    try (var time = new WallTime()) {
      assertThatThrownBy(
              () -> {
                try (var platform = start(time)) {
                  assertThat(platform.notReady()).isEmpty();
                }
              })
          .hasMessageContainingAll(says);
    }
  }

  private record Damage(String what, String file, String content, List<String> says) {
    @Override
    public String toString() {
      return what;
    }
  }

  /// Something was there: it is not begun anew.
  static Stream<Damage> theWorkspaceIsNeverBegunAnew() {
    return Stream.of(
        new Damage(
            "an empty folder in the repository's place",
            "workspace.git/",
            "",
            List.of("workspace.git: no folder 'objects'", "git clone --bare")),
        new Damage(
            "a repository without main",
            "workspace.git/objects/pack/",
            "",
            List.of("main is not there", "no delivery has recorded a commit")),
        new Damage(
            "an empty address",
            "workspace.url",
            "\n",
            List.of("workspace.url: ''", "--workspace GIT")),
        new Damage(
            "zeros for an address",
            "workspace.url",
            "\0\0\0\0",
            List.of("workspace.url: '????'", "--workspace GIT")),
        new Damage(
            "a mirror without its address",
            "workspace-mirror.git/HEAD",
            "ref: refs/heads/main\n",
            List.of("workspace.url: not there", "--workspace GIT", "move")));
  }

  @ParameterizedTest
  @MethodSource
  void theWorkspaceIsNeverBegunAnew(Damage harm) throws IOException {
    var file = data.resolve(harm.file());
    if (harm.file().endsWith("/")) {
      Files.createDirectories(file);
    } else {
      Files.createDirectories(file.getParent());
      Files.writeString(file, harm.content());
    }
    isRefused(harm.says().toArray(String[]::new));
    assertThat(data.resolve("dev")).as("nothing was begun").doesNotExist();
  }

  @Test
  void aDamagedRecordOfDeliveryStopsTheStartWithWhatToDo() throws IOException {
    var file = data.resolve("dev/delivery/delivery.db");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "this is no database ".repeat(300));
    isRefused(file.toRealPath().toString(), "the file is damaged", "move it away, with -wal");
  }

  /// A push for dev that is refused must not keep prod from starting.
  @Test
  void theStartReadsWhatWasAppliedWhereTheNewestIsRefusedAndMissesARepositoryThatWasThere()
      throws IOException {
    try (var time = new WallTime()) {
      CommitId applied;
      try (var platform = start(time);
          var running = Running.from(data)) {
        assertThat(platform.notes()).isEmpty();
        for (var each : running.environments()) {
          applied(each);
        }
        applied = applied(running.environment("dev"));
      }
      try (var workspace = Workspace.of(data, time)) {
        workspace.commit(
            _ ->
                new CommitDraft(
                    new Person("Ann", "ann@example.com"),
                    "By mistake",
                    Map.of(),
                    Map.of(
                        "environments/dev/environment.yaml",
                        Optional.of(
                            "metrics: {scrape_intervall: 1s}".getBytes(StandardCharsets.UTF_8)))));
      }
      try (var platform = start(time);
          var running = Running.from(data)) {
        assertThat(platform.notes())
            .singleElement()
            .asString()
            .contains(
                "dev runs with the environment.yaml of commit " + applied.brief(),
                "environments/dev/environment.yaml:1",
                "did you mean 'scrape_interval'?");
        assertThat(applied(running.environment("prod"))).isNotNull();
      }
    }
    Files.move(data.resolve("workspace.git"), data.resolve("elsewhere"));
    isRefused("workspace.git: not there, but delivery has applied commit", "git clone --bare");
    assertThat(data.resolve("workspace.git")).doesNotExist();
  }

  private static CommitId applied(RunningEnvironment environment) {
    return Poller.until(
            PlatformRig.SOON,
            () ->
                Optional.of(environment.delivery().desired().path("applied").asString(""))
                    .filter(id -> !id.isEmpty()))
        .map(CommitId::new)
        .orElseThrow();
  }

  private record Secret(String file, String content, String says) {
    @Override
    public String toString() {
      return file + " " + says;
    }
  }

  static Stream<Secret> aSecretThatIsNoneStopsTheStart() {
    return Stream.of(
        new Secret("dev/token", "", "empty (expected: 16 to 4096 letters"),
        new Secret("prod/token", "secret", "6 characters (expected: 16 to 4096 letters"),
        new Secret(
            "dev/store/credentials",
            "[default]\naws_access_key_id =\naws_secret_access_key =\n",
            "no 'aws_access_key_id = …'"),
        new Secret(
            "dev/store/credentials",
            "[default]\naws_access_key_id = GORIDEV\naws_secret_access_key = short\n",
            "no 'aws_secret_access_key = …' with at least 16 characters"),
        new Secret("dev/store/credentials", "", "no 'aws_access_key_id = …'"),
        new Secret("dev/alerts/slack-url", "", "0 characters (expected: at least 16)"),
        new Secret("dev/alerts/inbox-key", "\n", "0 characters (expected: at least 16)"));
  }

  @ParameterizedTest
  @MethodSource
  void aSecretThatIsNoneStopsTheStart(Secret secret) throws IOException {
    var file = data.resolve(secret.file());
    Files.createDirectories(file.getParent());
    Files.writeString(file, secret.content());
    isRefused(file.toRealPath().toString(), secret.says(), "delete it");
  }

  @Test
  void othersLoseTheirAccessToATokenAndThePersonIsTold() throws IOException {
    var file = data.resolve("dev/token");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "abcdefghijklmnopqrstuvwxyz");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    try (var time = new WallTime();
        var platform = start(time)) {
      assertThat(platform.notes())
          .singleElement()
          .asString()
          .contains("dev/token", "rw-rw-r--", "others than its owner had access");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}

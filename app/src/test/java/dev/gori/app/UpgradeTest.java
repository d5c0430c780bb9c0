package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A data folder that an earlier program wrote, with one finished loop in each environment, under a
/// program that starts with the umask of a usual shell. `upgrade/unversioned.tar.gz` is such a
/// folder, of before folders had a version, and `upgrade/unversioned.json` what its program
/// answered.
@ExtendWith(NoLeaks.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class UpgradeTest {

  @TempDir static Path folder;

  private static GoriProcess program;
  private static JsonNode before;

  @BeforeAll
  static void startOnAnEarlierFolder() throws Exception {
    program = GoriProcess.in(folder, Map.of());
    var unpacked =
        new ProcessBuilder(
                "tar",
                "--xattrs",
                "-xzpf",
                resource("unversioned.tar.gz").toString(),
                "-C",
                folder.toString())
            .inheritIO()
            .start();
    assertThat(unpacked.waitFor()).as("tar").isZero();
    before = Json.parse(Files.readAllBytes(resource("unversioned.json")));
    program.up();
  }

  private static Path resource(String name) throws Exception {
    return Path.of(
        Objects.requireNonNull(UpgradeTest.class.getResource("/upgrade/" + name)).toURI());
  }

  @AfterAll
  static void stop() {
    program.close();
  }

  @Test
  @Order(1)
  void whatWasThereIsAnswered() throws IOException {
    for (var environment : program.running().environments()) {
      var facts = before.path(environment.name());
      expectObjects(environment, facts.path("objects"));
      expectLogLine(environment, facts.path("logs_at").asLong());

      var serving =
          Poller.until(
              PlatformRig.SOON,
              () -> Optional.ofNullable(environment.gateway().models().variants().get("A")));
      assertThat(serving).isPresent();
      assertThat(PlatformRig.answering(environment)).isEqualTo(facts.path("version").asInt());
      assertThat(Json.text(environment.json("/api/v1/pipelines/daily_user_events/runs")))
          .contains(facts.path("runs").path(0).asString());
      assertThat(metric(environment, "count(up)", facts.path("sample_at").asLong()))
          .isEqualTo(facts.path("up").asString());
      assertThat(
              environment
                  .json("/alertmanager/api/v2/silence/" + facts.path("silence").asString())
                  .path("status")
                  .path("state")
                  .asString())
          .isEqualTo("active");
      assertThat(Json.text(environment.json("/alertmanager/api/v2/alerts"))).contains("FromBefore");
      var run = facts.path("run").asString();
      assertThat(
              environment
                  .json("/mlflow/api/2.0/mlflow/metrics/get-history?metric_key=loss&run_id=" + run)
                  .path("metrics")
                  .size())
          .isEqualTo(20);
      assertThat(
              environment
                  .json(
                      "/mlflow/api/2.0/mlflow/registered-models/alias?name=user_events&alias=champion")
                  .path("model_version")
                  .path("version")
                  .asString())
          .isEqualTo("1");
    }
  }

  private static void expectObjects(RunningEnvironment environment, JsonNode objects) {
    try (var store = environment.store()) {
      for (var object : objects) {
        var path = new ObjectPath(object.path("bucket").asString(), object.path("key").asString());
        var head = store.head(path);
        assertThat(head).as("%s", path).isPresent();
        assertThat(head.get().size()).isEqualTo(object.path("size").asLong());
        assertThat(head.get().etag()).isEqualTo(object.path("etag").asString());
      }
    }
  }

  private static void expectLogLine(RunningEnvironment environment, long second) {
    var query = URLEncoder.encode("{job=\"upgrade\"}", StandardCharsets.UTF_8);
    assertThat(
            Json.text(
                environment.json(
                    "/loki/api/v1/query_range?query=%s&start=%d&end=%d"
                        .formatted(query, second - 60, second + 60))))
        .contains("kept from before");
  }

  private static String metric(RunningEnvironment environment, String query, long second) {
    return environment
        .json(
            "/prometheus/api/v1/query?query=%s&time=%d"
                .formatted(URLEncoder.encode(query, StandardCharsets.UTF_8), second))
        .path("data")
        .path("result")
        .path(0)
        .path("value")
        .path(1)
        .asString("");
  }

  @Test
  @Order(2)
  void nothingOfAnEnvironmentIsOpenToOthers() throws IOException {
    for (var environment : program.running().environments()) {
      PlatformRig.putDays(environment);
      var open = new ArrayList<String>();
      try (var files = Files.walk(program.data().resolve(environment.name()))) {
        for (var file : files.toList()) {
          var modes = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
          if (!modes.endsWith("------")) {
            open.add(modes + " " + file);
          }
        }
      }
      assertThat(open).isEmpty();
    }
  }

  /// What a power cut or a failing disk leaves: bytes at the end of a journal that are no record.
  @Test
  @Order(3)
  void everyRepairOfAJournalIsALineInTheRolesLog() throws IOException {
    program.kill();
    var journals = List.of("alerts/journal", "metrics/tsdb/journal", "logs/store/journal");
    var damaged = new ArrayList<Path>();
    for (var journal : journals) {
      damaged.add(last(program.data().resolve("dev").resolve(journal)));
    }
    for (var file : damaged) {
      Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
    }

    program.up();

    for (var file : damaged) {
      var role = program.data().resolve("dev").relativize(file).getName(0).toString();
      var log = program.data().resolve("dev/logs").resolve(role + ".log");
      Poller.untilTrue(PlatformRig.SOON, () -> text(log).contains(file.getFileName() + " at "));
      assertThat(text(log))
          .containsPattern(
              "%s at \\d+: 3 bytes .*; 3 bytes are set aside in %s.torn"
                  .formatted(file, file.getFileName()));
    }
  }

  private static Path last(Path journal) throws IOException {
    try (var files = Files.list(journal)) {
      return files
          .filter(file -> file.toString().endsWith(".journal"))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Order(4)
  void aFolderOfALaterProgramIsRefusedAndLeftAsItIs() throws IOException {
    program.kill();
    var version = program.data().resolve("version");
    assertThat(version).content().startsWith("gori data 1\n");
    Files.writeString(version, "gori data 2\nwritten by gori 9.9\n");
    var files = names();

    var said = program.verb("up");

    assertThat(said.status()).isEqualTo(3);
    assertThat(said.text())
        .contains("data version 2, written by gori 9.9")
        .contains("start the program that wrote it");
    assertThat(names()).isEqualTo(files);
  }

  @Test
  @Order(5)
  void aVersionThatSaysNothingIsRefused() throws IOException {
    Files.writeString(program.data().resolve("version"), "");

    assertThat(program.verb("up").text()).contains("version: ''", "expected: 'gori data N'");
  }

  private static List<Path> names() throws IOException {
    try (var files = Files.walk(program.data())) {
      return files.sorted().toList();
    }
  }
}

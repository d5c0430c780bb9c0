package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.LokiClient;
import dev.gori.clients.Mlflow;
import dev.gori.clients.PrometheusClient;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.clients.s3.S3Access;
import dev.gori.git.CommitId;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// dev and prod of one process share nothing: not a token, not a key, not a series, not a line, not
/// a file.
@ExtendWith(NoLeaks.class)
final class SeparationTest {

  @TempDir static Path folder;

  private static PlatformRig rig;
  private static HttpCalls calls;

  /// Each kind of call that changes something. What they ask for is not there, or not valid, so
  /// that passing the guard changes nothing.
  private enum Guarded {
    RELOAD("POST", "/variant/A/reload"),
    TRAFFIC("PUT", "/traffic"),
    LOAD_MODEL("POST", "/v2/repository/models/nothing/load"),
    UNLOAD_MODEL("POST", "/v2/repository/models/nothing/unload"),
    TRIGGER("POST", "/api/v1/pipelines/nothing/runs"),
    BACKFILL("POST", "/api/v1/pipelines/nothing/backfill"),
    PAUSE("POST", "/api/v1/pipelines/nothing/pause"),
    UNPAUSE("POST", "/api/v1/pipelines/nothing/unpause"),
    CANCEL("POST", "/api/v1/runs/nothing/cancel"),
    RETRY("POST", "/api/v1/runs/nothing/tasks/nothing/retry"),
    ROLLOUT("POST", "/api/v1/rollouts"),
    CALL_OFF("POST", "/api/v1/rollouts/nothing/rollback"),
    PROMOTE("POST", "/api/v1/promotions"),
    SYNC("POST", "/api/v1/sync"),
    UNBLOCK("DELETE", "/api/v1/blocked/nothing/1"),
    BREAK("PUT", "/api/v1/breakage/nothing"),
    MEND("DELETE", "/api/v1/breakage/nothing"),
    ALERT("POST", "/alertmanager/api/v2/alerts"),
    SILENCE("POST", "/alertmanager/api/v2/silences"),
    END_SILENCE("DELETE", "/alertmanager/api/v2/silence/nothing"),
    PUSH_LOGS("POST", "/loki/api/v1/push"),
    REMOTE_WRITE("POST", "/prometheus/api/v1/write"),
    CREATE_EXPERIMENT("POST", "/mlflow/api/2.0/mlflow/experiments/create"),
    CREATE_RUN("POST", "/mlflow/api/2.0/mlflow/runs/create"),
    LOG_BATCH("POST", "/mlflow/api/2.0/mlflow/runs/log-batch"),
    REGISTER("POST", "/mlflow/api/2.0/mlflow/registered-models/create"),
    MOVE_ALIAS("POST", "/mlflow/api/2.0/mlflow/registered-models/alias"),
    UPLOAD("PUT", "/mlflow/api/2.0/mlflow-artifacts/artifacts/..%2Fnothing"),
    DELETE_ARTIFACT("DELETE", "/mlflow/api/2.0/mlflow-artifacts/artifacts/..%2Fnothing");

    private final String method;
    private final String path;

    Guarded(String method, String path) {
      this.method = method;
      this.path = path;
    }

    int status(RunningEnvironment environment, Map<String, String> headers) {
      return calls
          .call(
              method,
              environment.at(path),
              "application/json",
              "{}".getBytes(StandardCharsets.UTF_8),
              headers)
          .status();
    }
  }

  @BeforeAll
  static void start() throws IOException {
    rig = PlatformRig.start(folder, Map.of("dev", Map.of("reads", "token")));
    calls = HttpCalls.within(Duration.ofSeconds(10));
  }

  @AfterAll
  static void stop() {
    if (calls != null) {
      calls.close();
    }
    if (rig != null) {
      rig.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void prodRefusesDevsToken(Guarded call) {
    assertThat(call.status(rig.prod(), Map.of())).as("without a token").isEqualTo(401);
    assertThat(call.status(rig.prod(), HttpCalls.bearer(rig.dev().token())))
        .as("with dev's token")
        .isEqualTo(403);
    assertThat(call.status(rig.prod(), HttpCalls.bearer(rig.prod().token())))
        .as("with its own")
        .isNotIn(401, 403, 405);
    assertThat(call.status(rig.dev(), HttpCalls.bearer(rig.prod().token())))
        .as("prod's at dev")
        .isEqualTo(403);
  }

  /// dev's reads need the token, prod's do not.
  @Test
  void everyRouteThatNeedsATokenAsksForIt() {
    for (var environment : rig.running().environments()) {
      var routes = rig.routes(environment.name());
      assertThat(routes).hasSizeGreaterThan(100);
      for (var route : routes) {
        boolean needsToken = route.guarded() || environment.name().equals("dev") && !route.open();
        if (needsToken) {
          var path = route.template().replaceAll("\\{[^}]*}", "x");
          var answer =
              calls.call(
                  route.method(), environment.at(path), "application/json", new byte[0], Map.of());
          assertThat(answer.status())
              .as("%s %s %s", environment.name(), route.method(), path)
              .isEqualTo(401);
        }
      }
    }
  }

  @Test
  void prodsStoreRefusesDevsKeys() throws IOException {
    try (var dev = rig.dev().store();
        var prod = rig.prod().store();
        var stranger = ObjectStoreClient.open(withKeysOf(prod.access(), dev.access()))) {
      var path = new ObjectPath("raw-prod", "daily/secret.csv");
      prod.put(path, new byte[] {1}, "text/csv");
      assertThatThrownBy(() -> stranger.bytes(path, 10)).satisfies(SeparationTest::isForbidden);
      assertThatThrownBy(() -> stranger.list(new ObjectPath("raw-prod", "daily/")))
          .satisfies(SeparationTest::isForbidden);
      assertThatThrownBy(() -> stranger.put(path, new byte[] {2}, "text/csv"))
          .satisfies(SeparationTest::isForbidden);
      assertThatThrownBy(() -> stranger.delete(path)).satisfies(SeparationTest::isForbidden);
      assertThat(prod.bytes(path, 10)).containsExactly(1);
      assertThatThrownBy(() -> dev.bytes(path, 10))
          .as("dev has no such bucket")
          .isInstanceOf(FaultException.class);
    }
  }

  private static S3Access withKeysOf(S3Access place, S3Access keys) {
    return S3Access.of(place.endpoint(), keys.accessKey(), keys.secretKey());
  }

  private static void isForbidden(Throwable thrown) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.FORBIDDEN));
  }

  @Test
  void theSameObjectInBothIsTwo() throws IOException {
    try (var dev = rig.dev().store();
        var prod = rig.prod().store()) {
      dev.put(
          new ObjectPath("features-dev", "same"),
          "of dev".getBytes(StandardCharsets.UTF_8),
          "text/plain");
      prod.put(
          new ObjectPath("features-prod", "same"),
          "of prod".getBytes(StandardCharsets.UTF_8),
          "text/plain");
      assertThat(dev.bytes(new ObjectPath("features-dev", "same"), 100))
          .asString()
          .isEqualTo("of dev");
      assertThat(prod.bytes(new ObjectPath("features-prod", "same"), 100))
          .asString()
          .isEqualTo("of prod");
    }
  }

  @Test
  void theSameSeriesInBothIsTwo() throws IOException {
    RemoteWrite.sample(rig.dev(), "journey_same_series", 1);
    RemoteWrite.sample(rig.prod(), "journey_same_series", 2);
    assertThat(values(rig.dev(), "journey_same_series")).containsExactly(1.0);
    assertThat(values(rig.prod(), "journey_same_series")).containsExactly(2.0);
  }

  @Test
  void eachScrapesItsOwnNamespacesOnly() {
    for (var environment : rig.running().environments()) {
      assertThat(
              Poller.untilTrue(
                  PlatformRig.SOON, () -> !values(environment, "up{job=\"serving\"}").isEmpty()))
          .as("scraped")
          .isTrue();
      assertThat(
              values(environment, "count(up{namespace!~\".+-%s\"})".formatted(environment.name())))
          .isEmpty();
      assertThat(values(environment, "min(up)")).containsExactly(1.0);
    }
  }

  @Test
  void theSameLineInBothIsTwo() {
    var at = rig.dev().now();
    for (var environment : rig.running().environments()) {
      long nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
      var entry = new LokiClient.Entry(nanos, "journey line of " + environment.name());
      assertThat(
              environment
                  .logs()
                  .push(
                      List.of(
                          new LokiClient.Stream(
                              Labels.of(Map.of("app", "journey")), List.of(entry)))))
          .isInstanceOf(LokiClient.Outcome.Accepted.class);
    }
    for (var environment : rig.running().environments()) {
      var streams =
          environment
              .logs()
              .queryRange("{app=\"journey\"}", at.minusSeconds(60), at.plusSeconds(60), 10);
      assertThat(streams)
          .flatExtracting(LokiClient.Stream::entries)
          .extracting(LokiClient.Entry::line)
          .containsExactly("journey line of " + environment.name());
    }
  }

  @Test
  void theSameRunInBothIsTwo() {
    for (var environment : rig.running().environments()) {
      try (var registry = environment.registry()) {
        var run =
            registry.createRun(
                registry.experimentId("journey"),
                "same",
                environment.now(),
                Map.of("of", environment.name()));
        registry.createModel("journey", "");
        registry.createModelVersion("journey", "runs:/" + run.id() + "/model", run.id(), Map.of());
      }
    }
    for (var environment : rig.running().environments()) {
      try (var registry = environment.registry()) {
        var runs =
            registry.searchRuns(List.of(registry.experimentId("journey")), "", List.of(), 10);
        assertThat(runs)
            .singleElement()
            .extracting(Mlflow.Run::tags)
            .asString()
            .contains("of=" + environment.name());
        assertThat(registry.searchModelVersions("name='journey'", 10))
            .singleElement()
            .satisfies(version -> assertThat(version.runId()).isEqualTo(runs.getFirst().id()));
      }
    }
  }

  /// Whoever pushes for dev gets nothing of prod by naming its files, in whatever file it is named.
  @Test
  void aCommitToDevNamesNoFileOfProd() throws IOException {
    var dev = rig.dev();
    var good =
        Map.of(
            "alertmanager.yaml", rig.declared(dev, "alertmanager.yaml"),
            "environment.yaml", rig.declared(dev, "environment.yaml"),
            "prometheus.yml", rig.declared(dev, "prometheus.yml"));
    var link = rig.data().resolve("dev/alerts/theirs");
    Files.createSymbolicLink(link, rig.data().resolve("prod/token"));
    var token = rig.data().resolve("prod/token");
    var commit =
        rig.commit(
            dev,
            Map.of(
                "alertmanager.yaml",
                _ ->
                    """
                                        global: {slack_api_url_file: ../../prod/alerts/slack-url}
                                        templates: ['../../prod/alerts/*']
                                        route: {receiver: x}
                                        receivers:
                                        - name: x
                                          slack_configs: [{channel: a, api_url_file: %s}]
                                          webhook_configs:
                                          - {url_file: theirs}
                                          - url: http://127.0.0.1:9/
                                            http_config: {authorization: {credentials_file: ../../prod/token}}
                                        """
                        .formatted(token),
                "environment.yaml",
                text ->
                    text
                        + """
                                                registry: {url: 'http://127.0.0.1:9', token_file: ../prod/token}
                                                store: {url: 'http://127.0.0.1:9', credentials_file: %s/prod/store/credentials}
                                                pipelines: {database: 'sqlite:../../prod/pipelines/pipelines.db'}
                                                """
                            .formatted(rig.data()),
                "prometheus.yml",
                _ ->
                    """
                                        remote_write_files: [../../prod/token]
                                        scrape_configs:
                                        - job_name: x
                                          basic_auth: {username: x, password_file: ../../prod/token}
                                        """),
            "Read prod");
    assertThat(problems(dev, commit))
        .anySatisfy(one -> assertThat(one).contains("alertmanager.yaml:1 slack_api_url_file"))
        .anySatisfy(one -> assertThat(one).contains("alertmanager.yaml:2 templates"))
        .anySatisfy(one -> assertThat(one).contains("alertmanager.yaml:6 api_url_file"))
        .anySatisfy(
            one -> assertThat(one).contains("alertmanager.yaml:8 url_file: 'theirs' is a link to"))
        .anySatisfy(one -> assertThat(one).contains("alertmanager.yaml:10 credentials_file"))
        .anySatisfy(one -> assertThat(one).contains("token_file: '../prod/token'"))
        .anySatisfy(one -> assertThat(one).contains("credentials_file: '" + rig.data()))
        .anySatisfy(
            one ->
                assertThat(one).contains("pipelines.database: '../../prod/pipelines/pipelines.db'"))
        .anySatisfy(one -> assertThat(one).contains("prometheus.yml:1 remote_write_files"))
        .anySatisfy(one -> assertThat(one).contains("prometheus.yml:4 password_file"));
    Files.delete(link);
    var mended = new TreeMap<String, UnaryOperator<String>>();
    good.forEach((file, text) -> mended.put(file, _ -> text));
    var fixed = rig.commit(dev, mended, "Back");
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () -> dev.delivery().desired().path("applied").asString("").equals(fixed.value())))
        .isTrue();
  }

  private static List<String> problems(RunningEnvironment environment, CommitId commit) {
    return Poller.until(
            PlatformRig.SOON,
            () ->
                environment
                    .delivery()
                    .change(commit.value())
                    .filter(change -> change.path("verdict").asString("").equals("refused")))
        .orElseThrow()
        .path("problems")
        .valueStream()
        .map(one -> one.asString(""))
        .toList();
  }

  @Test
  void noFileIsSharedAndNoneHoldsTheOthersSecrets() throws IOException {
    var dev = files(rig.data().resolve("dev"));
    var prod = files(rig.data().resolve("prod"));
    assertThat(inodes(dev)).isNotEmpty().doesNotContainAnyElementsOf(inodes(prod));
    for (var environment : List.of(rig.dev(), rig.prod())) {
      var others = environment == rig.dev() ? prod : dev;
      try (var store = environment.store()) {
        var secrets =
            List.of(environment.token(), store.access().accessKey(), store.access().secretKey());
        for (var file : others) {
          var text = text(file);
          assertThat(secrets)
              .as("secrets of %s in %s", environment.name(), file)
              .noneMatch(text::contains);
        }
      }
      assertThat(Files.getPosixFilePermissions(environment.folder().resolve("token")))
          .extracting(Enum::name)
          .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
    }
  }

  private static List<Path> files(Path environment) throws IOException {
    try (var all = Files.walk(environment)) {
      var files = all.filter(file -> !Files.isDirectory(file)).toList();
      assertThat(files).noneMatch(Files::isSymbolicLink);
      return files;
    }
  }

  /// A file that was rotated or merged away since it was listed has none.
  private static Set<Object> inodes(List<Path> files) throws IOException {
    var inodes = new TreeSet<Object>();
    for (var file : files) {
      if (Files.exists(file)) {
        inodes.add(Files.getAttribute(file, "unix:ino"));
      }
    }
    return inodes;
  }

  private static String text(Path file) throws IOException {
    return Files.exists(file)
        ? new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
        : "";
  }

  private static List<Double> values(RunningEnvironment environment, String query) {
    return switch (environment.metrics().instant(query, environment.now())) {
      case PrometheusClient.Outcome.Answer(var series) ->
          series.stream().map(one -> one.samples().getLast().value()).toList();
      case PrometheusClient.Outcome.NoData _ -> List.of();
      case PrometheusClient.Outcome.Failed(var why) -> throw new AssertionError(why);
    };
  }
}

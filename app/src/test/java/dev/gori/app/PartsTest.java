package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.clients.DeliveryClient.Rollout;
import dev.gori.clients.GatewayClient;
import dev.gori.clients.LokiClient;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.clients.PipelinesClient.Trigger;
import dev.gori.clients.PrometheusClient;
import dev.gori.git.CommitDraft;
import dev.gori.git.Person;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// prod in three processes: one with everything but the gateway, one with the gateway, and a second
/// gateway as a replica with a data folder of its own. The steps build on each other.
@ExtendWith(NoLeaks.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PartsTest {

  private static final String ALL_BUT_GATEWAY =
      "store,registry,alerts,metrics,logs,pipelines,delivery";
  private static final String SERVING = "environments/prod/serving.yaml";
  private static final Person PERSON = new Person("Ann", "ann@example.com");

  @TempDir static Path folder;

  private static GoriProcess rest;
  private static GoriProcess gateway;
  private static GoriProcess replica;
  private static RunningEnvironment prod;
  private static String gatewayAt;
  private static String replicaAt;

  @BeforeAll
  static void start() throws IOException {
    gatewayAt = "http://127.0.0.1:" + Server.freePort();
    replicaAt = "http://127.0.0.1:" + Server.freePort();
    rest =
        GoriProcess.in(
            folder, Map.of("prod", Map.of("gateway", "{replicas: ['%s']}".formatted(replicaAt))));
    gateway = rest.beside(rest.data());
    replica = rest.beside(folder.resolve("replica"));
    prod =
        rest.up("--env", "prod", "--roles", ALL_BUT_GATEWAY, "--elsewhere", gatewayAt)
            .environment("prod");
    gateway.upPart(
        "--env",
        "prod",
        "--roles",
        "gateway",
        "--elsewhere",
        elsewhere(),
        "--port",
        port(gatewayAt));
  }

  @AfterAll
  static void stop() {
    Stream.of(replica, gateway, rest)
        .filter(program -> program != null)
        .forEach(GoriProcess::close);
  }

  private static String elsewhere() {
    return "http://127.0.0.1:" + (rest.portBase() + 20);
  }

  private static String port(String address) {
    return String.valueOf(URI.create(address).getPort());
  }

  private static void startReplica() throws IOException {
    replica.upPart(
        "--env",
        "prod",
        "--roles",
        "gateway",
        "--elsewhere",
        elsewhere(),
        "--port",
        port(replicaAt),
        "--follow",
        gatewayAt,
        "--workspace",
        rest.data().resolve("workspace.git").toString());
  }

  @Test
  @Order(1)
  void aReplicaNeedsTheToken() throws IOException {
    assertThatThrownBy(PartsTest::startReplica)
        .hasMessageContaining(
            "replica/prod/token: not there (expected: prod's token, copied from prod/token");
    Files.copy(
        rest.data().resolve("prod/token"),
        Files.createDirectories(folder.resolve("replica/prod")).resolve("token"));
    startReplica();
    assertThat(answering(replicaAt)).as("there is nothing to serve yet").isZero();
  }

  @Test
  @Order(2)
  void theLoopGoesThroughAGatewayInAnotherProcessAndReachesItsReplica() throws IOException {
    PlatformRig.putDays(prod);
    var run = prod.pipelines().trigger(PlatformRig.PIPELINE, Trigger.now());
    var over =
        Poller.until(PlatformRig.LOOP, () -> prod.pipelines().run(run.id()).filter(RunInfo::isOver))
            .orElseThrow();
    assertThat(over.state()).as("%s", over.tasks()).isEqualTo("success");
    assertThat(answering(gatewayAt)).isEqualTo(1);
    assertThat(answering(replicaAt)).isEqualTo(1);
    assertThat(prod.get("/models").status())
        .as("there is no gateway in this process")
        .isEqualTo(404);
  }

  @Test
  @Order(3)
  void aSecondVersionReachesBothAndASplitIsStickyAcrossThem() throws IOException {
    try (var registry = prod.registry()) {
      var first = registry.modelVersion("user_events", 1).orElseThrow();
      registry.createModelVersion("user_events", first.source(), first.runId(), first.tags());
    }
    declare(
        "model: user_events\nvariants:\n  A: {version: 2}\ntraffic: {mode: single, primary: A}\n");
    var rollout =
        Poller.until(
            PlatformRig.LOOP,
            () ->
                prod.delivery().rollouts(5).stream()
                    .filter(one -> one.version() == 2 && one.isOver())
                    .findFirst());
    assertThat(rollout.map(Rollout::state)).contains("succeeded");
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON, () -> answering(gatewayAt) == 2 && answering(replicaAt) == 2))
        .isTrue();

    declare(
        "model: user_events\nvariants:\n  A: {version: 2}\n  B: {version: 1}\ntraffic: {mode: split, weights: {A: 50, B: 50}}\n");
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () -> Stream.of(gatewayAt, replicaAt).allMatch(PartsTest::splits)))
        .isTrue();
    var clients = IntStream.range(0, 60).mapToObj(i -> "client-" + i).toList();
    var there = clients.stream().map(client -> variant(gatewayAt, client)).toList();
    assertThat(clients.stream().map(client -> variant(replicaAt, client)).toList())
        .isEqualTo(there)
        .contains("A", "B");
  }

  @Test
  @Order(4)
  void metricsAndAccessLogsOfBothAreThere() {
    for (var address : List.of(gatewayAt, replicaAt)) {
      var query =
          "http_requests_total{namespace=\"serving-prod\",handler=\"/predict\",instance=\"%s\"} > 0"
              .formatted(URI.create(address).getAuthority());
      assertThat(
              Poller.untilTrue(
                  PlatformRig.SOON,
                  () ->
                      prod.metrics().instant(query, prod.now())
                          instanceof PrometheusClient.Outcome.Answer))
          .as("%s is scraped", address)
          .isTrue();
      var id = "parts-" + port(address);
      ask(address, Map.of("X-Request-Id", id));
      assertThat(
              Poller.until(
                      PlatformRig.SOON,
                      () -> Optional.of(lines(id)).filter(lines -> !lines.isEmpty()))
                  .orElse(List.of()))
          .as("the access log of %s is shipped, each line once", address)
          .hasSize(1);
      assertThat(prod.delivery().lineage("request", id)).isPresent();
    }
  }

  @Test
  @Order(5)
  void aGatewayThatIsKilledComesBackWithWhatItServedWhileTheReplicaGoesOn() throws IOException {
    gateway.kill();
    assertThat(answeringVariant(replicaAt)).isEqualTo(2);
    assertThat(prod.delivery().sync().path("drift").toString()).contains("cannot be reached");
    gateway.upPart(
        "--env",
        "prod",
        "--roles",
        "gateway",
        "--elsewhere",
        elsewhere(),
        "--port",
        port(gatewayAt));
    assertThat(answeringVariant(gatewayAt)).isEqualTo(2);
    assertThat(splits(gatewayAt)).isTrue();
    assertThatThrownBy(
            () ->
                rest.beside(rest.data())
                    .upPart(
                        "--env",
                        "prod",
                        "--roles",
                        "gateway",
                        "--elsewhere",
                        elsewhere(),
                        "--port",
                        "0"))
        .as("a second gateway in the same data folder")
        .hasMessageContaining("prod-gateway.lock");
  }

  private record Wrong(
      String name,
      List<String> environments,
      List<String> roles,
      String elsewhere,
      String follow,
      String said) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Wrong> optionsThatDoNotGoTogether() {
    return Stream.of(
        new Wrong(
            "no elsewhere",
            List.of("prod"),
            List.of("gateway"),
            "",
            "",
            "--roles gateway without --elsewhere (expected: --elsewhere URL, where prod's other roles answer, such as http://localhost:7020)"),
        new Wrong(
            "no environment",
            List.of(),
            List.of("gateway"),
            "http://localhost:1",
            "",
            "--roles (expected: one --env ENV with it"),
        new Wrong(
            "unknown role",
            List.of("prod"),
            List.of("gatway"),
            "http://localhost:1",
            "",
            "--roles 'gatway' (expected: some of store, registry"),
        new Wrong(
            "unknown environment",
            List.of("stage"),
            List.of(),
            "",
            "",
            "--env stage (expected: one of dev, prod)"),
        new Wrong(
            "elsewhere alone",
            List.of("prod"),
            List.of(),
            "http://localhost:1",
            "",
            "--elsewhere (expected: --roles with it"),
        new Wrong(
            "elsewhere is no address",
            List.of("prod"),
            List.of("gateway"),
            "localhost",
            "",
            "--elsewhere 'localhost' (expected: an address such as"),
        new Wrong(
            "follow without a gateway",
            List.of("prod"),
            List.of("logs"),
            "http://localhost:1",
            "http://localhost:2",
            "--follow (expected: --roles gateway with it"));
  }

  @ParameterizedTest
  @MethodSource("optionsThatDoNotGoTogether")
  @Order(6)
  void saysWhichOptionsDoNotGoTogether(Wrong wrong) {
    var options =
        new Platform.Options(
            folder.resolve("wrong"),
            rest.home().resolve("workspace"),
            "127.0.0.1",
            0,
            wrong.environments(),
            wrong.roles(),
            uri(wrong.elsewhere()),
            Optional.empty(),
            uri(wrong.follow()),
            Optional.empty());
    try (var time = new WallTime()) {
      assertThatThrownBy(() -> Platform.start(options, time)).hasMessageContaining(wrong.said());
    }
  }

  private static Optional<URI> uri(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(URI.create(text));
  }

  private static void declare(String serving) throws IOException {
    try (var time = new WallTime();
        var workspace = Workspace.of(rest.data(), time)) {
      workspace.commit(
          _ ->
              new CommitDraft(
                  PERSON,
                  "Serve something else",
                  Map.of(),
                  Map.of(SERVING, Optional.of(serving.getBytes(StandardCharsets.UTF_8)))));
    }
  }

  private static int answering(String address) {
    try (var client =
        GatewayClient.open(URI.create(address), Optional.empty(), Duration.ofSeconds(10))) {
      var serving = client.models().variants().get("A");
      return serving == null
          ? 0
          : client.predict(new double[1][serving.columns().size()], Optional.empty()).version();
    }
  }

  private static int answeringVariant(String address) {
    try (var client =
        GatewayClient.open(URI.create(address), Optional.empty(), Duration.ofSeconds(10))) {
      return client
          .predict("A", new double[1][client.models().variants().get("A").columns().size()])
          .version();
    }
  }

  private static boolean splits(String address) {
    try (var client =
        GatewayClient.open(URI.create(address), Optional.empty(), Duration.ofSeconds(10))) {
      return client.models().traffic().path("mode").asString("").equals("split");
    }
  }

  private static String variant(String address, String client) {
    return Json.parse(ask(address, Map.of("X-Client-Id", client))).path("variant").asString("");
  }

  private static byte[] ask(String address, Map<String, String> headers) {
    try (var calls = HttpCalls.within(Duration.ofSeconds(10))) {
      var columns = Json.parse(calls.get(URI.create(address + "/models")).body());
      int width = columns.path("variants").path("A").path("columns").size();
      var row =
          Map.of(
              "data", List.of(IntStream.range(0, Math.max(width, 8)).mapToObj(_ -> 1.0).toList()));
      var answer =
          calls.call(
              "POST",
              URI.create(address + "/predict"),
              "application/json",
              Json.write(row),
              headers);
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      return answer.body();
    }
  }

  private static List<String> lines(String id) {
    var now = prod.now();
    return prod
        .logs()
        .queryRange(
            "{namespace=\"serving-prod\"} |= \"%s\"".formatted(id), now.minusSeconds(300), now, 100)
        .stream()
        .flatMap(stream -> stream.entries().stream())
        .map(LokiClient.Entry::line)
        .toList();
  }
}

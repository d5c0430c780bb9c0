package dev.gori.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.DeliveryClient;
import dev.gori.delivery.controller.RolloutControllerRig;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.testkit.NoLeaks;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// The real role over HTTP, with nobody at the other ends.
@ExtendWith(NoLeaks.class)
final class DeliveryTest {

  private static final URI NOBODY = URI.create("http://127.0.0.1:1");

  @TempDir Path folder;

  @Test
  void theCallsAnswerAsTheClientReadsThem() throws Exception {
    try (var stand = new RolloutControllerRig(folder);
        var server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy("secret"));
        var delivery =
            Delivery.open(
                DeliverySettings.DEFAULTS,
                RolloutControllerRig.DEV,
                stand.git,
                RoleUrls.at(NOBODY, Optional.of("secret")),
                new DeliveryParts(List.of(), List.of(), _ -> Optional.empty()),
                stand.time,
                folder.resolve("role"),
                LoggerFactory.getLogger("delivery"),
                new SelfMetrics());
        var client =
            DeliveryClient.open(server.uri(), Optional.of("secret"), Duration.ofSeconds(20));
        var calls = HttpCalls.within(Duration.ofSeconds(20))) {
      server.mount(delivery.mounts());
      var desired = client.sync();
      assertThat(desired.path("status").asString("")).isEqualTo("out_of_sync");
      assertThat(desired.path("drift").toString()).contains("cannot be reached");
      assertThat(desired.path("serving").path("model").asString("")).isEqualTo("m");
      assertThat(client.changes(10)).hasSize(1);
      var change = client.change(stand.git.head().orElseThrow().value()).orElseThrow();
      assertThat(change.path("runs_missing").asString(""))
          .as("the change is told though the pipelines role is away")
          .contains("cannot be reached");
      assertThat(
              client
                  .change(stand.git.head().orElseThrow().brief())
                  .orElseThrow()
                  .path("verdict")
                  .asString(""))
          .isEqualTo("applied");

      for (var none : List.of("--help", "e", "..%2F..%2Fx", "%25", "abc'%20OR%201=1", "HEAD")) {
        assertThat(calls.get(URI.create(server.uri() + "/api/v1/changes/" + none)).status())
            .as(none)
            .isEqualTo(400);
      }
      assertThat(calls.get(URI.create(server.uri() + "/api/v1/changes/0000")).status())
          .isEqualTo(404);
      assertThatThrownBy(
              () ->
                  client.start(
                      new DeliveryClient.Wanted("m", 3, "A", "", "", "", "--help", "other")))
          .hasMessageContaining("commit: '--help'");

      var wanted = new DeliveryClient.Wanted("m", 3, "A", "run-1", "train-3", "v_1", "", "key");
      var rollout = client.start(wanted);
      assertThat(rollout.state()).isEqualTo("planned");
      assertThat(client.start(wanted).id()).isEqualTo(rollout.id());
      assertThat(client.rollout(rollout.id()).orElseThrow().stages()).hasSize(6);
      assertThat(client.rollout("r-none")).isEmpty();
      assertThat(client.callOff(rollout.id(), "Ann").state()).isEqualTo("failing");
      stand.forward(1);
      assertThat(client.rollout(rollout.id()).orElseThrow().state()).isEqualTo("failed");
      assertThat(client.lineage("version", "3").orElseThrow().path("chains")).hasSize(1);
      assertThat(
              client
                  .lineage("feature_version", "v_1")
                  .orElseThrow()
                  .path("chains")
                  .get(0)
                  .path("run_id")
                  .asString(""))
          .isEqualTo("train-3");
      assertThat(client.lineage("request", "x")).isEmpty();
      assertThatThrownBy(() -> client.lineage("colour", "x"))
          .hasMessageContaining("expected: request, version");
      assertThatThrownBy(() -> client.promote("dev", "Ann")).hasMessageContaining("to itself");
      assertThatThrownBy(() -> client.handOn("prod", "", ""))
          .hasMessageContaining("of no run (expected: 'from', or 'to' with 'pipeline_run')");
      assertThatThrownBy(() -> client.handOn("prod", "nonsense", "run-1"))
          .hasMessageContaining("commit: ");
      assertThatThrownBy(() -> client.handOn("prod", "0".repeat(40), "run-1"))
          .hasMessageContaining("0".repeat(40));
      assertThat(
              calls
                  .post(
                      server.uri().resolve("/api/v1/rollouts"),
                      "application/json",
                      new byte[0],
                      java.util.Map.of())
                  .status())
          .isEqualTo(401);
      assertThat(
              calls
                  .post(
                      server.uri().resolve("/api/v1/sync"),
                      "application/json",
                      new byte[0],
                      HttpCalls.bearer("other"))
                  .status())
          .isEqualTo(403);
      assertThat(
              calls
                  .post(
                      server.uri().resolve("/api/v1/rollouts"),
                      "application/json",
                      "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                      HttpCalls.bearer("secret"))
                  .text())
          .contains("expected: a model, a version from 1");
    }
  }

  @Test
  void settingsAreReadWithEveryProblem() {
    var problems = new Problems();
    DeliverySettings.read(
        Conf.parse("environment.yaml", "windw: 5s\ninterval: 0s\np95: fast\n", problems), problems);
    assertThat(problems.all())
        .hasSize(3)
        .anySatisfy(p -> assertThat(p).contains("did you mean 'window'?"));
    var none = new Problems();
    var short1 =
        DeliverySettings.read(
            Conf.parse(
                "e.yaml", "window: 20s\nsettle: 5s\np95: 1s\nqueries: {up: 'min(up)'}\n", none),
            none);
    assertThat(none.all()).isEmpty();
    assertThat(short1.rules(RolloutControllerRig.DEV).policy().window())
        .isEqualTo(Duration.ofSeconds(20));
    var queries = new ArrayList<String>();
    DeliverySettings.DEFAULTS
        .rules(RolloutControllerRig.DEV)
        .rules()
        .forEach(
            rule ->
                rule.withQueries(
                    query -> {
                      queries.add(query);
                      return query;
                    }));
    assertThat(queries)
        .hasSize(4)
        .allSatisfy(query -> assertThat(query).contains("serving-dev").doesNotContain("{env}"));
  }
}

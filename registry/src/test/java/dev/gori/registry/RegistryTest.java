package dev.gori.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.base.json.Json;
import dev.gori.clients.Mlflow.Because;
import dev.gori.clients.Mlflow.ModelStatus;
import dev.gori.clients.MlflowAccess;
import dev.gori.clients.MlflowClient;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Our registry on SQLite: the contract, and what is ours beyond it.
@ExtendWith(NoLeaks.class)
final class RegistryTest extends RegistryContract {

  private static final ManualClock TIME = new ManualClock();
  private static RegistryRig place;
  private static MlflowClient client;
  private static HttpClient http;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    place = new RegistryRig(RegistrySettings.DEFAULTS, TIME, folder);
    client = place.client();
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    http.close();
    client.close();
    place.close();
  }

  @Override
  MlflowClient client() {
    return client;
  }

  @Override
  void checkHistory(MlflowClient asked, String model, Because because) {
    assertThat(asked.aliasHistory(model))
        .extracting(
            move -> move.from() + " → " + move.to() + " by " + move.who() + ": " + move.why())
        .containsExactly(
            "null → 1 by gori: trained, gates passed: 한글",
            "1 → 2 by gori: trained, gates passed: 한글",
            "2 → null by gori: trained, gates passed: 한글");
  }

  private static HttpResponse<String> send(String method, String path, String body, String token)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(place.uri + path))
            .method(method, BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return send("POST", path, body, RegistryRig.TOKEN);
  }

  record Case(
      String name, String method, String path, String body, String token, int status, String code) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case post(String name, String path, String body, int status, String code) {
    return new Case(name, "POST", "/api/2.0/mlflow/" + path, body, RegistryRig.TOKEN, status, code);
  }

  static Stream<Case> refuses() {
    return Stream.of(
        new Case(
            "a write without a token",
            "POST",
            "/api/2.0/mlflow/experiments/create",
            "{\"name\":\"x\"}",
            "",
            401,
            "UNAUTHENTICATED"),
        new Case(
            "a write with prod's token",
            "POST",
            "/api/2.0/mlflow/runs/create",
            "{}",
            "prod",
            403,
            "PERMISSION_DENIED"),
        new Case(
            "an upload without a token",
            "PUT",
            "/api/2.0/mlflow-artifacts/artifacts/0/x",
            "x",
            "",
            401,
            "UNAUTHENTICATED"),
        new Case(
            "a call of another product",
            "GET",
            "/api/3.0/mlflow/server-info",
            "",
            "",
            404,
            "ENDPOINT_NOT_FOUND"),
        new Case(
            "a path out of the bucket",
            "PUT",
            "/api/2.0/mlflow-artifacts/artifacts/0/%2e%2e/%2e%2e/x",
            "x",
            RegistryRig.TOKEN,
            400,
            "INVALID_PARAMETER_VALUE"),
        new Case(
            "a path encoded twice",
            "PUT",
            "/api/2.0/mlflow-artifacts/artifacts/0/%252e%252e/x",
            "x",
            RegistryRig.TOKEN,
            400,
            "INVALID_PARAMETER_VALUE"),
        new Case(
            "a run that is not there",
            "GET",
            "/api/2.0/mlflow/runs/get?run_id=x",
            "",
            "",
            404,
            "RESOURCE_DOES_NOT_EXIST"),
        new Case(
            "no run at all",
            "GET",
            "/api/2.0/mlflow/runs/get",
            "",
            "",
            400,
            "INVALID_PARAMETER_VALUE"),
        post("malformed JSON", "runs/create", "{", 400, "INVALID_PARAMETER_VALUE"),
        post("a list for an object", "runs/create", "[]", 400, "INVALID_PARAMETER_VALUE"),
        post(
            "an experiment that is not there",
            "runs/create",
            "{\"experiment_id\":\"99\"}",
            404,
            "RESOURCE_DOES_NOT_EXIST"),
        post(
            "an experiment twice",
            "experiments/create",
            "{\"name\":\"Default\"}",
            400,
            "RESOURCE_ALREADY_EXISTS"),
        post(
            "a name with a slash",
            "registered-models/create",
            "{\"name\":\"a/b\"}",
            400,
            "INVALID_PARAMETER_VALUE"),
        post(
            "a page too large",
            "runs/search",
            "{\"experiment_ids\":[\"0\"],\"max_results\":50001}",
            400,
            "INVALID_PARAMETER_VALUE"),
        post(
            "a filter on what is not there",
            "runs/search",
            "{\"experiment_ids\":[\"0\"],\"filter\":\"colour = 'red'\"}",
            400,
            "INVALID_PARAMETER_VALUE"),
        post(
            "a text for a metric",
            "runs/search",
            "{\"experiment_ids\":[\"0\"],\"filter\":\"metrics.a = 'red'\"}",
            400,
            "INVALID_PARAMETER_VALUE"),
        post(
            "a filter that would be SQL",
            "runs/search",
            "{\"experiment_ids\":[\"0\"],\"filter\":\"params.a = 'x'; DROP TABLE runs\"}",
            400,
            "INVALID_PARAMETER_VALUE"),
        post(
            "an order that would be SQL",
            "runs/search",
            "{\"experiment_ids\":[\"0\"],\"order_by\":[\"(SELECT 1) DESC\"]}",
            400,
            "INVALID_PARAMETER_VALUE"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Case c) throws Exception {
    var answer = send(c.method(), c.path(), c.body(), c.token());
    assertThat(answer.statusCode() + " " + Json.parse(answer.body()).path("error_code").asString())
        .as(answer.body())
        .isEqualTo(c.status() + " " + c.code());
    assertThat(Json.parse(answer.body()).path("message").asString()).isNotBlank();
  }

  @Test
  void searchesAreReadsAndFree() throws Exception {
    for (var path : new String[] {"experiments/search", "runs/search", "logged-models/search"}) {
      assertThat(
              send("POST", "/api/2.0/mlflow/" + path, "{\"experiment_ids\":[\"0\"]}", "")
                  .statusCode())
          .as(path)
          .isEqualTo(200);
      assertThat(
              send("POST", "/ajax-api/2.0/mlflow/" + path, "{\"experiment_ids\":[\"0\"]}", "")
                  .statusCode())
          .as(path)
          .isEqualTo(200);
    }
  }

  @Test
  void aBatchIsWhollyThereOrNotAtAll() throws Exception {
    var run = client.createRun("0", "batch", TIME.now(), Map.of());
    var tooLong = "x".repeat(6001);
    var body =
        Json.text(
            Json.object(
                "run_id", run.id(),
                "params",
                    java.util.List.of(
                        Map.of("key", "good", "value", "1"),
                        Map.of("key", "bad", "value", tooLong)),
                "metrics",
                    java.util.List.of(
                        Map.of("key", "m", "value", 1, "timestamp", "5", "step", "0"))));
    assertThat(post("/api/2.0/mlflow/runs/log-batch", body).statusCode()).isEqualTo(400);
    var kept = client.run(run.id()).orElseThrow();
    assertThat(kept.params()).isEmpty();
    assertThat(kept.metrics()).isEmpty();
  }

  @Test
  void aVersionWhoseArtifactsAreNotThereFails() {
    var run = client.createRun("0", "no artifacts", TIME.now(), Map.of());
    client.ensureModel("hollow", "");
    var version =
        client.createModelVersion("hollow", run.artifactUri() + "/model", run.id(), Map.of());
    assertThat(version.status()).isEqualTo(ModelStatus.FAILED_REGISTRATION);
    assertThat(version.statusMessage())
        .contains("no artifact at s3://artifacts-dev/")
        .contains("log the model first");
    assertThat(
            client.createModelVersion("hollow", "file:///etc/passwd", run.id(), Map.of()).status())
        .isEqualTo(ModelStatus.FAILED_REGISTRATION);
    assertThat(
            client
                .createModelVersion("hollow", "mlflow-artifacts:/../x", run.id(), Map.of())
                .status())
        .isEqualTo(ModelStatus.FAILED_REGISTRATION);
  }

  @Test
  void whatAnAliasPointedToAtAPastMomentCanBeAsked() throws Exception {
    var run = client.createRun("0", "past", TIME.now(), Map.of());
    client.uploadArtifact(run.id(), "model/model.onnx", new byte[] {1});
    client.ensureModel("past", "");
    client.createModelVersion("past", run.artifactUri() + "/model", run.id(), Map.of());
    client.createModelVersion("past", run.artifactUri() + "/model", run.id(), Map.of());
    client.setAlias("past", "champion", 1, new Because("ann", "first"));
    var then = TIME.now();
    TIME.forward(Duration.ofHours(1));
    client.setAlias("past", "champion", 2, new Because("bob", "better"));
    client.setAlias("past", "champion", 2, new Because("bob", "again, which is no move"));
    var now = TIME.now();
    TIME.forward(Duration.ofHours(1));
    assertThat(
            send(
                    "DELETE",
                    "/api/2.0/mlflow/registered-models/delete",
                    "{\"name\":\"past\"}",
                    RegistryRig.TOKEN)
                .statusCode())
        .isEqualTo(200);

    assertThat(aliasesAt(then.minusSeconds(1).toString())).isEqualTo("[]");
    assertThat(aliasesAt(then.toString())).isEqualTo("[{\"alias\":\"champion\",\"version\":1}]");
    assertThat(aliasesAt(Long.toString(now.toEpochMilli())))
        .isEqualTo("[{\"alias\":\"champion\",\"version\":2}]");
    assertThat(aliasesAt(TIME.now().toString())).isEqualTo("[]");
    assertThat(client.aliasHistory("past"))
        .extracting(move -> move.to() + " " + move.who().split("/")[0])
        .containsExactly("1 ann", "2 bob", "null Java-http-client");
  }

  private static String aliasesAt(String moment) throws Exception {
    var answer =
        send("GET", "/api/2.0/gori/registered-models/alias-history?name=past&at=" + moment, "", "");
    return Json.parse(answer.body()).path("aliases").toString();
  }

  @Test
  void versionNumbersAreNotUsedTwice() throws Exception {
    client.ensureModel("numbers", "");
    client.createModelVersion("numbers", "mlflow-artifacts:/0/x", "", Map.of());
    assertThat(
            send(
                    "DELETE",
                    "/api/2.0/mlflow/model-versions/delete",
                    "{\"name\":\"numbers\",\"version\":\"1\"}",
                    RegistryRig.TOKEN)
                .statusCode())
        .isEqualTo(200);
    assertThat(
            client.createModelVersion("numbers", "mlflow-artifacts:/0/x", "", Map.of()).version())
        .isEqualTo(2);
  }

  @Test
  void everythingIsStillThereAfterAStartFromTheSameFolder(@TempDir Path folder) throws Exception {
    String run;
    try (var first = new RegistryRig(RegistrySettings.DEFAULTS, TIME, folder);
        var writer = first.client()) {
      run = writer.createRun(writer.experimentId("kept"), "kept", TIME.now(), Map.of()).id();
      writer.uploadArtifact(run, "a.txt", new byte[] {1});
    }
    try (var second = new RegistryRig(RegistrySettings.DEFAULTS, TIME, folder);
        var reader = second.client()) {
      assertThat(reader.run(run)).isPresent();
      assertThat(reader.listArtifacts(run, "")).hasSize(1);
      assertThat(second.registry.notReady()).isEmpty();
      second.store.close();
      assertThatThrownBy(() -> reader.listArtifacts(run, ""))
          .isInstanceOfSatisfying(
              FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.BACKEND_DOWN));
      reader.ensureModel("kept", "");
      assertThat(reader.createModelVersion("kept", "mlflow-artifacts:/1/x", run, Map.of()).status())
          .isEqualTo(ModelStatus.PENDING_REGISTRATION);
    }
  }

  @Test
  void anotherEnvironmentsTokenIsRefused() {
    try (var stranger =
        MlflowClient.open(MlflowAccess.of(place.uri, Optional.of("prod")), Duration.ofSeconds(5))) {
      assertThatThrownBy(() -> stranger.createExperiment("mine"))
          .isInstanceOfSatisfying(
              FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.FORBIDDEN));
    }
  }

  static Stream<Case> tellsTheLimitOfASearch() {
    var terms = new StringBuilder("metrics.m0 > 0");
    for (int i = 1; i < 3_000; i++) {
      terms.append(" and metrics.m").append(i).append(" > 0");
    }
    var runs = "runs/search";
    return Stream.of(
        search(
            "terms",
            runs,
            "\"filter\":\"" + terms + "\"",
            "3000 comparisons (expected: at most 100)"),
        search(
            "values",
            runs,
            "\"filter\":\"attributes.run_id IN ('a'" + ",'a'".repeat(2_000) + ")\"",
            "2001 values (expected: at most 1000)"),
        search(
            "characters",
            runs,
            "\"filter\":\"tags.a = '" + "x".repeat(100_000) + "'\"",
            "Filter exceeds the maximum length of 100000 characters"),
        search(
            "wildcards",
            runs,
            "\"filter\":\"tags.a LIKE '" + "%a".repeat(30) + "'\"",
            "30 wildcards in one pattern (expected: at most 20)"),
        search(
            "columns of the order",
            runs,
            "\"order_by\":[\"metrics.a\"" + ",\"metrics.a\"".repeat(99) + "]",
            "100 columns (expected: at most 20)"),
        search(
            "experiments",
            runs,
            "\"experiment_ids\":[\"0\"" + ",\"0\"".repeat(2_000) + "]",
            "2001 experiments (expected: at most 1000)"),
        search(
            "terms about experiments",
            "experiments/search",
            "\"filter\":\"tags.a = 'b'" + " and tags.a = 'b'".repeat(200) + "\"",
            "201 comparisons"),
        search(
            "a body of megabytes",
            runs,
            "\"experiment_ids\":[[]" + ",[]".repeat(400_000) + "]",
            "at most 262144 bytes"));
  }

  private static Case search(String name, String path, String field, String said) {
    var experiments = field.contains("experiment_ids") ? "" : "\"experiment_ids\":[\"0\"],";
    return new Case(
        name,
        "POST",
        "/api/2.0/mlflow/" + path,
        "{%s\"max_results\":10,%s}".formatted(experiments, field),
        "",
        400,
        said);
  }

  @ParameterizedTest
  @MethodSource
  void tellsTheLimitOfASearch(Case c) throws Exception {
    var answer = send(c.method(), c.path(), c.body(), "");

    assertThat(answer.body()).contains(c.code());
    assertThat(answer.statusCode()).isBetween(400, 413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\\nb", "a\\u0000b", "\\u001b[31mred", "a\\u0085b"})
  void refusesControlCharactersInNames(String name) throws Exception {
    for (var call :
        new String[][] {
          {"registered-models/create", "{\"name\":\"%s\"}", "model name"},
          {"experiments/create", "{\"name\":\"%s\"}", "experiment name"},
          {"runs/create", "{\"experiment_id\":\"0\",\"run_name\":\"%s\"}", "run name"},
        }) {
      var answer = post("/api/2.0/mlflow/" + call[0], call[1].formatted(name));

      assertThat(answer.statusCode()).as(call[0]).isEqualTo(400);
      assertThat(answer.body()).contains("Invalid " + call[2], "expected: no control characters");
    }
  }

  @Test
  void aLongPageEndsEarlyAndGoesOnWithItsToken() throws Exception {
    var experiment =
        Json.parse(post("/api/2.0/mlflow/experiments/create", "{\"name\":\"long\"}").body())
            .path("experiment_id")
            .asString();
    var tags = new StringBuilder("{\"key\":\"t0\",\"value\":\"\"}");
    for (int i = 1; i < 20; i++) {
      tags.append(",{\"key\":\"t%d\",\"value\":\"%s\"}".formatted(i, "x".repeat(8_000)));
    }
    for (int i = 0; i < 120; i++) {
      var made =
          post(
              "/api/2.0/mlflow/runs/create",
              "{\"experiment_id\":\"%s\",\"start_time\":%d,\"tags\":[%s]}"
                  .formatted(experiment, i, tags));
      assertThat(made.statusCode()).isEqualTo(200);
    }

    var seen = new HashSet<String>();
    var token = "";
    int pages = 0;
    do {
      var page =
          Json.parse(
              send(
                      "POST",
                      "/api/2.0/mlflow/runs/search",
                      "{\"experiment_ids\":[\"%s\"],\"max_results\":50000,\"page_token\":\"%s\"}"
                          .formatted(experiment, token),
                      "")
                  .body());
      page.path("runs").forEach(run -> seen.add(run.path("info").path("run_id").asString()));
      token = page.path("next_page_token").asString("");
      pages++;
    } while (!token.isEmpty());

    assertThat(seen).hasSize(120);
    assertThat(pages).isEqualTo(2);
  }
}

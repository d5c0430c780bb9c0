package dev.gori.serving.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.gori.clients.GatewayClient;
import dev.gori.http.HttpCalls;
import dev.gori.serving.inference.Model;
import dev.gori.testkit.NoLeaks;
import dev.gori.training.DrillModels;
import dev.gori.training.Signature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// One gateway with version 1 behind A; every test leaves it so.
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GatewayTest {

  private static final Signature SIGNATURE =
      new Signature(List.of("event_value", "amount", "session"));

  private FakeMlflow registry;
  private GatewayRig rig;

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    registry =
        new FakeMlflow()
            .version(1, GatewayRig.LINEAR)
            .version(2, GatewayRig.TREES)
            .version(3, "no model".getBytes(StandardCharsets.UTF_8))
            .version(4, GatewayRig.LINEAR, "FAILED_REGISTRATION", Map.of())
            .version(5, GatewayRig.LINEAR, "READY", Map.of("onnx_sha256", "another"))
            .version(6, DrillModels.failing(SIGNATURE, 1))
            .alias("champion", 1);
    rig = new GatewayRig(GatewaySettings.DEFAULTS, registry.uri(), folder);
    assertThat(rig.get("/ready").status()).isEqualTo(503);
    assertThat(rig.predict(GatewayRig.ROW).status()).isEqualTo(503);
    assertThat(GatewayRig.message(rig.predict(GatewayRig.ROW)))
        .isEqualTo("variant A has no model: it was never loaded; POST /variant/A/reload");
    assertThat(rig.reload("A", "").status()).isEqualTo(200);
  }

  @AfterAll
  void close() {
    rig.close();
    registry.close();
  }

  @Test
  void answersAPrediction() {
    var answer = rig.post("/predict", GatewayRig.ROW, Map.of("X-Request-Id", "abc-1"));
    var json = GatewayRig.json(answer);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).contains("application/json");
    assertThat(answer.header("X-Request-Id")).contains("abc-1");
    assertThat(answer.header("X-Model-Version")).contains("1");
    assertThat(answer.header("X-Model-Run-Id")).contains("run1");
    assertThat(json.propertyNames())
        .containsExactly("predictions", "probabilities", "model", "version", "variant", "traffic");
    assertThat(json.path("model").asString("")).isEqualTo("user_events");
    assertThat(json.path("traffic").path("mode").asString("")).isEqualTo("single");
    try (var model = Model.load(GatewayRig.LINEAR)) {
      var expected = model.predict(new float[] {0.5f, -1.5f, 2}, 1);
      assertThat(json.path("probabilities").path(0).path(1).asDouble())
          .isCloseTo(expected.probabilities()[1], within(1e-7));
    }
    await()
        .untilAsserted(
            () ->
                assertThat(rig.lines)
                    .anyMatch(
                        line ->
                            line.matches(
                                "request handler=/predict method=POST status=200 ms=[0-9]+\\.[0-9] variant=A version=1 request_id=abc-1 model=user_events")));
  }

  record Bad(String name, String body, int status, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bad> refuses() {
    var shape = "{\"data\": [[number, …], …]}";
    return Stream.of(
        new Bad("nothing", "", 400, "body: nothing (expected: " + shape + ")"),
        new Bad("cut off", "{\"data\": [[1, 2", 400, "malformed JSON at line 1, column 16"),
        new Bad("no JSON", "data=1", 400, "malformed JSON at line 1, column"),
        new Bad(
            "more after the end",
            "{\"data\": [[1,2,3]]} {}",
            400,
            "malformed JSON: an object after the end of the object"),
        new Bad("an array", "[[1,2,3]]", 400, "body: an array (expected: " + shape + ")"),
        new Bad(
            "no data", "{\"rows\": [[1,2,3]]}", 400, "data: missing (expected: 1 to 10000 rows"),
        new Bad("no rows", "{\"data\": []}", 400, "data: no rows (expected: 1 to 10000 rows"),
        new Bad(
            "data twice",
            "{\"data\": [[1,2,3]], \"data\": [[1,2,3]]}",
            400,
            "body: 'data' is there twice"),
        new Bad(
            "data is text",
            "{\"data\": \"1,2,3\"}",
            400,
            "data: the text '1,2,3' (expected: an array of rows"),
        new Bad(
            "a flat array",
            "{\"data\": [1,2,3]}",
            400,
            "row 0: the number 1 (expected: an array of 3 numbers)"),
        new Bad(
            "too narrow",
            "{\"data\": [[1,2,3],[1,2]]}",
            400,
            "row 1: 2 values (expected: 3: event_value, amount, session)"),
        new Bad(
            "too wide",
            "{\"data\": [[1,2,3,4]]}",
            400,
            "row 0: more than 3 values (expected: 3: event_value, amount, session)"),
        new Bad(
            "NaN",
            "{\"data\": [[1,2,3],[1,NaN,3]]}",
            400,
            "row 1, column 1 'amount': NaN (expected: a finite number within float32)"),
        new Bad(
            "infinity",
            "{\"data\": [[-Infinity,2,3]]}",
            400,
            "row 0, column 0 'event_value': -Infinity (expected: a finite number"),
        new Bad(
            "beyond float32",
            "{\"data\": [[1,2,1e39]]}",
            400,
            "row 0, column 2 'session': 1e39 (expected: a finite number within float32)"),
        new Bad(
            "text",
            "{\"data\": [[1,\"two\",3]]}",
            400,
            "row 0, column 1 'amount': the text 'two' (expected: a number)"),
        new Bad(
            "null",
            "{\"data\": [[1,2,null]]}",
            400,
            "row 0, column 2 'session': null (expected: a number)"),
        new Bad(
            "a nested array",
            "{\"data\": [[1,[2],3]]}",
            400,
            "row 0, column 1 'amount': an array (expected: a number)"),
        new Bad(
            "too many rows",
            "{\"data\": [" + "[1,2,3],".repeat(10_000) + "[1,2,3]]}",
            413,
            "data: more than 10000 rows"),
        new Bad(
            "too many bytes",
            "{\"data\": [[1,2," + " ".repeat(9 << 20) + "3]]}",
            413,
            "body: 9437203 bytes (expected: at most 8388608 bytes; send the rows in parts)"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Bad c) {
    var answer = rig.predict(c.body());

    assertThat(answer.status()).isEqualTo(c.status());
    assertThat(GatewayRig.message(answer)).startsWith(c.message());
    assertThat(answer.header("X-Request-Id")).isPresent();
    assertThat(answer.header("X-Model-Version")).contains("1");
  }

  @Test
  void aCompressedRequestIsPredicted() throws IOException {
    var body = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(body)) {
      gzip.write(GatewayRig.ROW.getBytes(StandardCharsets.UTF_8));
    }
    try (var calls = HttpCalls.within(Duration.ofSeconds(5))) {
      var answer =
          calls.post(
              rig.uri().resolve("/predict"),
              "application/json",
              body.toByteArray(),
              Map.of("Content-Encoding", "gzip"));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("X-Model-Version")).contains("1");
    }
  }

  @Test
  void otherNamesBesideDataAreSkipped() {
    assertThat(
            rig.predict("{\"id\": {\"a\": [1]}, \"data\": [[1,2,3e0],[4,5,6]], \"more\": null}")
                .status())
        .isEqualTo(200);
  }

  record Refused(
      String name, String variant, String body, String token, int status, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refused> reloadsThatAreRefused() {
    return Stream.of(
        new Refused("no token", "A", "{\"version\": 2}", "", 401, "no token"),
        new Refused(
            "another environment's token",
            "A",
            "{\"version\": 2}",
            "prod-token",
            403,
            "this token is not this environment's"),
        new Refused(
            "an unknown variant",
            "C",
            "",
            GatewayRig.TOKEN,
            404,
            "no variant 'C' (expected: one of [A, B])"),
        new Refused(
            "no number",
            "A",
            "{\"version\": \"new\"}",
            GatewayRig.TOKEN,
            400,
            "version: \"new\" (expected: a whole number from 1)"),
        new Refused("no JSON", "A", "version 2", GatewayRig.TOKEN, 400, "malformed JSON"),
        new Refused(
            "a version that is not there",
            "A",
            "{\"version\": 99}",
            GatewayRig.TOKEN,
            409,
            "the registry holds no version 99 of model 'user_events'"),
        new Refused(
            "an alias that is not there",
            "B",
            "",
            GatewayRig.TOKEN,
            409,
            "model 'user_events' has no alias 'challenger' in the registry"),
        new Refused(
            "a version that is not ready",
            "A",
            "{\"version\": 4}",
            GatewayRig.TOKEN,
            409,
            "version 4 of model 'user_events' is FAILED_REGISTRATION"),
        new Refused(
            "a file that is no model",
            "A",
            "{\"version\": 3}",
            GatewayRig.TOKEN,
            422,
            "version 3 of model 'user_events' (mlflow-artifacts:/1/run3/artifacts/model): 8 bytes that are no model that can be run"),
        new Refused(
            "another checksum",
            "A",
            "{\"version\": 5}",
            GatewayRig.TOKEN,
            422,
            "version 5 of model 'user_events' has the SHA-256"));
  }

  @ParameterizedTest
  @MethodSource
  void reloadsThatAreRefused(Refused c) {
    var before = GatewayRig.json(rig.get("/models"));
    var answer =
        rig.post(
            "/variant/" + c.variant() + "/reload",
            c.body(),
            c.token().isEmpty() ? Map.of() : HttpCalls.bearer(c.token()));

    assertThat(answer.status()).isEqualTo(c.status());
    assertThat(GatewayRig.message(answer)).startsWith(c.message());
    assertThat(GatewayRig.json(rig.get("/models")).path("variants").path(0).path("version"))
        .isEqualTo(before.path("variants").path(0).path("version"));
    assertThat(rig.predict(GatewayRig.ROW).status()).isEqualTo(200);
  }

  @Test
  void aVersionOfAnotherModelIsRefused() {
    var refused = rig.reload("B", "{\"model\": \"byo\", \"version\": 2}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(GatewayRig.message(refused))
        .startsWith("model 'byo': this gateway serves versions of 'user_events' alone");
    assertThat(rig.reload("B", "{\"model\": \"user_events\", \"version\": 2}").status())
        .isEqualTo(200);
  }

  @Test
  void aStoreThatIsDownLeavesTheVariantAsItIs() {
    registry.version(20, GatewayRig.TREES);
    registry.storeIsDown = true;
    try {
      var answer = rig.reload("A", "{\"version\": 20}");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(GatewayRig.message(answer))
          .startsWith("the registry or its store cannot be asked; what serves is left as it is");
      assertThat(rig.predict(GatewayRig.ROW).header("X-Model-Version")).contains("1");
    } finally {
      registry.storeIsDown = false;
    }
    assertThat(rig.metric("model_reload_total{outcome=\"failure\",variant=\"A\"}")).isPositive();
  }

  @Test
  void reloadsAndSaysWhatItDid() {
    var answer = rig.reload("B", "{\"version\": 2, \"commit\": \"abc\"}");
    var json = GatewayRig.json(answer);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(json.propertyNames())
        .containsExactly(
            "status", "variant", "version", "run_id", "previous_version", "load_ms", "warmup_ms");
    assertThat(json.path("status").asString("")).isEqualTo("success");
    assertThat(json.path("run_id").asString("")).isEqualTo("run2");
    assertThat(rig.post("/variant/B/predict", GatewayRig.ROW, Map.of()).header("X-Model-Version"))
        .contains("2");
    assertThat(
            GatewayRig.json(rig.post("/variant/B/predict", GatewayRig.ROW, Map.of()))
                .path("traffic")
                .path("mode")
                .asString(""))
        .isEqualTo("direct");
    assertThat(
            rig.metric(
                "model_info{commit=\"abc\",model=\"user_events\",run_id=\"run2\",variant=\"B\",version=\"2\"}"))
        .isEqualTo(1);
    int downloads = registry.downloads.get();
    assertThat(
            GatewayRig.json(rig.reload("B", "{\"version\": 2}")).path("previous_version").asInt(0))
        .isEqualTo(2);
    assertThat(registry.downloads.get()).as("from its own disk").isEqualTo(downloads);
  }

  @Test
  void aModelThatFailsIsOurFaultAndNotTheCallers() {
    rig.reload("B", "{\"version\": 6}");
    var answer = rig.post("/variant/B/predict", "{\"data\": [[10, 20, 30]]}", Map.of());

    assertThat(answer.status()).isEqualTo(500);
    assertThat(GatewayRig.message(answer)).startsWith("the model failed: ");
    assertThat(answer.header("X-Model-Version")).contains("6");
    assertThat(rig.post("/variant/B/predict", "{\"data\": [[0, 0, 0]]}", Map.of()).status())
        .isEqualTo(200);
    assertThat(rig.lines)
        .anyMatch(line -> line.startsWith("prediction failed variant=B version=6 request_id="));
  }

  record BadTraffic(String name, String body, int status, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<BadTraffic> policiesThatAreRefused() {
    return Stream.of(
        new BadTraffic(
            "unknown mode",
            "{\"mode\": \"canary\"}",
            400,
            "traffic.mode: 'canary' (expected: single, split or shadow)"),
        new BadTraffic(
            "unknown variant",
            "{\"mode\": \"single\", \"primary\": \"C\"}",
            400,
            "traffic.primary: 'C' (expected: one of [A, B])"),
        new BadTraffic(
            "weights of nothing",
            "{\"mode\": \"split\", \"weights\": {\"A\": 0}}",
            400,
            "traffic.weights: {A=0} (expected: a weight for each"),
        new BadTraffic(
            "a weight that is none",
            "{\"mode\": \"split\", \"weights\": {\"A\": -1}}",
            400,
            "traffic.weights.A: -1 (expected: a whole number"),
        new BadTraffic(
            "shadow of itself",
            "{\"mode\": \"shadow\", \"primary\": \"A\", \"shadow\": \"A\"}",
            400,
            "traffic.shadow: 'A' is the primary too"));
  }

  @ParameterizedTest
  @MethodSource
  void policiesThatAreRefused(BadTraffic c) {
    var answer = rig.traffic(c.body());
    assertThat(answer.status()).isEqualTo(c.status());
    assertThat(GatewayRig.message(answer)).startsWith(c.message());
  }

  @Test
  void theClientSpeaksToIt() {
    try (var client =
        GatewayClient.open(rig.uri(), Optional.of(GatewayRig.TOKEN), Duration.ofSeconds(30))) {
      assertThat(client.notReady()).isEmpty();
      var prediction =
          client.predict(new double[][] {{0.5, -1.5, 2}, {-3, 3, 1}}, Optional.of("me"));
      assertThat(prediction.predictions()).hasSize(2);
      assertThat(prediction.version()).isEqualTo(1);
      assertThat(client.reload("B", OptionalInt.of(2), Optional.of("c0ffee")).version())
          .isEqualTo(2);
      assertThat(client.predict("B", new double[][] {{0, 0, 0}}).variant()).isEqualTo("B");
      assertThat(client.models().variants().get("B").columns())
          .containsExactly("event_value", "amount", "session");
      assertThat(client.models().variants().get("B").commit()).isEqualTo("c0ffee");
      client.setTraffic(Map.of("mode", "split", "weights", Map.of("A", 1, "B", 1)));
      assertThat(client.traffic().path("mode").asString("")).isEqualTo("split");
      client.setTraffic(Map.of("mode", "single", "primary", "A"));
    }
  }

  @Test
  void linesAndMetricsAgree() {
    for (int i = 0; i < 20; i++) {
      rig.predict(i % 4 == 0 ? "{}" : GatewayRig.ROW);
    }
    await()
        .untilAsserted(
            () -> { // an answer is sent a moment before it is counted and written down
              assertThat(
                      rig.metric(
                          "http_requests_total{handler=\"/predict\",method=\"POST\",status=\"2xx\"}"))
                  .isEqualTo(lines("handler=/predict method=POST status=200 "));
              assertThat(
                      rig.metric(
                          "http_requests_total{handler=\"/predict\",method=\"POST\",status=\"4xx\"}"))
                  .isEqualTo(lines("handler=/predict method=POST status=4"));
            });
    assertThat(
            rig.metric("http_request_duration_seconds_count{handler=\"/predict\",method=\"POST\"}"))
        .isGreaterThanOrEqualTo(20);
    assertThat(rig.metric("http_request_duration_highres_seconds_count"))
        .isGreaterThanOrEqualTo(20);
    assertThat(rig.get("/metrics").text())
        .contains(
            "http_request_duration_seconds_bucket{handler=\"/predict\",method=\"POST\",le=\"0.1\"}")
        .contains("model_inference_seconds_bucket{variant=\"A\",version=\"1\",le=")
        .contains("model_predictions_total{variant=\"A\",version=\"1\"}")
        .contains("shadow_comparisons_total{outcome=\"dropped\"}")
        .contains("http_requests_in_flight 1.0");
  }

  private double lines(String part) {
    return rig.lines.stream().filter(line -> line.contains(part)).count();
  }

  @Test
  void speaksTheOpenInferenceProtocol() {
    assertThat(GatewayRig.json(rig.get("/v2/health/live")).path("live").asBoolean(false)).isTrue();
    assertThat(GatewayRig.json(rig.get("/v2/health/ready")).path("ready").asBoolean(false))
        .isTrue();
    assertThat(GatewayRig.json(rig.get("/v2/models/user_events")).path("inputs").path(0).toString())
        .isEqualTo("{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[-1,3]}");
    var body =
        "{\"id\": \"x\", \"inputs\": [{\"name\": \"input\", \"shape\": [2, 3], \"datatype\": \"FP32\", \"data\": [0.5, -1.5, 2, -3, 3, 1]}]}";
    var answer = rig.post("/v2/models/user_events/infer", body, Map.of());
    var json = GatewayRig.json(answer);
    assertThat(json.path("id").asString("")).isEqualTo("x");
    assertThat(json.path("model_version").asString("")).isEqualTo("1");
    assertThat(json.path("outputs").path(0).path("name").asString("")).isEqualTo("label");
    assertThat(json.path("outputs").path(1).path("shape").toString()).isEqualTo("[2,2]");
    assertThat(answer.header("X-Model-Run-Id")).contains("run1");

    var bad =
        rig.post(
            "/v2/models/user_events/versions/1/infer", body.replace("3, 1]}", "3]}"), Map.of());
    assertThat(bad.status()).isEqualTo(400);
    assertThat(GatewayRig.json(bad).path("error").asString(""))
        .isEqualTo("inputs.input.data: 5 values (expected: 6, as its shape says)");
    assertThat(rig.get("/v2/models/user_events/versions/77/ready").status()).isEqualTo(404);
    assertThat(rig.post("/v2/repository/index", "", Map.of()).status()).isEqualTo(200);
    assertThat(rig.post("/v2/repository/models/A/load", "", Map.of()).status()).isEqualTo(401);
    assertThat(
            rig.post("/v2/repository/models/A/unload", "", HttpCalls.bearer(GatewayRig.TOKEN))
                .status())
        .isEqualTo(409);
  }
}

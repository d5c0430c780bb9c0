package dev.gori.serving.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gori.clients.GatewayClient;
import dev.gori.http.HttpCalls;
import dev.gori.testkit.NoLeaks;
import dev.gori.training.DrillModels;
import dev.gori.training.Signature;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What a rollout judges by is about the model alone, whatever clients do.
@ExtendWith(NoLeaks.class)
final class JudgedRequestsTest {

  private static final Signature SIGNATURE =
      new Signature(List.of("event_value", "amount", "session"));
  private static final Map<String, String> PROBE = Map.of(GatewayClient.PROBE, "true");

  private FakeMlflow registry;
  private GatewayRig rig;

  @BeforeEach
  void open(@TempDir Path folder) throws IOException {
    registry =
        new FakeMlflow()
            .version(1, GatewayRig.LINEAR)
            .version(2, DrillModels.failing(SIGNATURE, 1));
    rig = new GatewayRig(GatewaySettings.DEFAULTS, registry.uri(), folder);
    assertThat(rig.reload("A", "{\"version\": 1}").status()).isEqualTo(200);
  }

  @AfterEach
  void close() {
    rig.close();
    registry.close();
  }

  private double count(String origin, String outcome) {
    return rig.metric(
        "prediction_requests_total{origin=\"%s\",outcome=\"%s\",variant=\"A\",version=\"1\"}"
            .formatted(origin, outcome));
  }

  private double seconds(String what) {
    return rig.metric(
        "prediction_request_duration_seconds_%s{origin=\"user\",variant=\"A\",version=\"1\"}"
            .formatted(what));
  }

  private Socket send(String text) throws IOException {
    var socket = new Socket("127.0.0.1", rig.uri().getPort());
    socket.setSoTimeout(10_000);
    write(socket, text);
    return socket;
  }

  private static String status(Socket socket) throws IOException {
    return new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
        .readLine();
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private static String head(String more) {
    return "POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n%s\r\n\r\n"
        .formatted(more);
  }

  @Test
  void connectionsThatBreakOffInTheMiddleOfABodyAreNoErrorsOfTheModel() throws IOException {
    for (int i = 0; i < 43; i++) {
      send(head("Content-Length: " + GatewayRig.ROW.length()) + "{\"data\": [[0.5").close();
    }
    for (int i = 0; i < 20; i++) {
      assertThat(rig.predict(GatewayRig.ROW).status()).isEqualTo(200);
    }
    await().untilAsserted(() -> assertThat(count("user", "client_error")).isEqualTo(43));
    assertThat(count("user", "ok")).isEqualTo(20);
    assertThat(count("user", "server_error")).isZero();
    assertThat(seconds("count")).isEqualTo(20);
  }

  @Test
  void aMalformedChunkIsTheClientsFault() throws IOException {
    try (var socket = send(head("Transfer-Encoding: chunked") + "zz\r\n{}\r\n0\r\n\r\n")) {
      assertThat(status(socket)).startsWith("HTTP/1.1 ");
    }
    await().untilAsserted(() -> assertThat(count("user", "client_error")).isEqualTo(1));
    assertThat(count("user", "server_error")).isZero();
  }

  @Test
  void aBodyThatComesSlowlyIsNoSlowModel() throws Exception {
    try (var later = Executors.newSingleThreadScheduledExecutor();
        var socket = send(head("Content-Length: " + GatewayRig.ROW.length()))) {
      var rest =
          later.schedule(
              () -> {
                write(socket, GatewayRig.ROW);
                return true;
              },
              1_200,
              TimeUnit.MILLISECONDS);
      assertThat(status(socket)).startsWith("HTTP/1.1 200");
      assertThat(rest.get()).isTrue();
    }
    assertThat(seconds("count")).isEqualTo(1);
    assertThat(seconds("sum")).isLessThan(0.6);
    assertThat(rig.metric("http_request_duration_highres_seconds_sum"))
        .as("the time with the body's is there too")
        .isGreaterThan(1);
  }

  @Test
  void healthChecksAndBadRequestsAreOutside() {
    for (int i = 0; i < 50; i++) {
      rig.get("/health");
    }
    rig.predict("{}");
    assertThat(seconds("count")).isZero();
    assertThat(count("user", "client_error")).isEqualTo(1);
    assertThat(count("user", "ok")).isZero();
  }

  @Test
  void onlyWhoHasTheTokenMayCallARequestAProbe() {
    rig.post("/predict", GatewayRig.ROW, PROBE);
    rig.post("/predict", GatewayRig.ROW, with("another environment's"));
    assertThat(count("user", "ok")).as("strangers stay in sight").isEqualTo(2);
    rig.post("/predict", GatewayRig.ROW, with(GatewayRig.TOKEN));
    rig.post("/predict", GatewayRig.ROW, HttpCalls.bearer(GatewayRig.TOKEN));
    assertThat(count("probe", "ok")).isEqualTo(1);
    assertThat(count("user", "ok")).as("a user may have the token").isEqualTo(3);
    try (var client =
        GatewayClient.open(rig.uri(), Optional.of(GatewayRig.TOKEN), Duration.ofSeconds(10))) {
      client.probe("A", new double[][] {{1, 2, 3}});
      client.predict("A", new double[][] {{1, 2, 3}});
    }
    assertThat(count("probe", "ok")).isEqualTo(2);
    assertThat(count("user", "ok")).isEqualTo(4);
    assertThat(seconds("count")).isEqualTo(4);
  }

  private static Map<String, String> with(String token) {
    var headers = new HashMap<>(PROBE);
    headers.putAll(HttpCalls.bearer(token));
    return headers;
  }

  @Test
  void aModelThatFailsIsCountedForItsOwnVersion() {
    assertThat(rig.reload("A", "{\"version\": 2}").status()).isEqualTo(200);
    assertThat(rig.predict("{\"data\": [[10, 20, 30]]}").status()).isEqualTo(500);
    assertThat(
            rig.metric(
                "prediction_requests_total{origin=\"user\",outcome=\"server_error\",variant=\"A\",version=\"2\"}"))
        .isEqualTo(1);
    assertThat(count("user", "server_error")).isZero();
  }
}

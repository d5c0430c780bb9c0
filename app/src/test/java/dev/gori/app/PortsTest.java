package dev.gori.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.http.HttpCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// The ports of the running program: clients that hold connections until no file descriptor is
/// left, names that are not its own, and an environment whose reads need the token.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PortsTest {

  private static final int DESCRIPTORS = 900; // the class path of a test takes some 300
  private static final int HALF_OPEN = 700;

  private GoriProcess program;
  private HttpCalls calls;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    program =
        GoriProcess.in(folder, Map.of("dev", Map.of("names", "[gori.example]", "reads", "token")))
            .withDescriptors(DESCRIPTORS);
    calls = HttpCalls.within(Duration.ofSeconds(10));
    program.up();
    assertThat(Poller.untilTrue(Duration.ofMinutes(3), () -> program.text().contains("Ctrl-C")))
        .as("the first loop has ended")
        .isTrue();
  }

  @AfterAll
  void stop() {
    calls.close();
    program.close();
  }

  @Test
  @Order(1)
  void whereReadsNeedTheTokenThePlatformGoesOnAndStrangersSeeProbesOnly() {
    var dev = program.running().environment("dev");
    for (var path :
        List.of(
            "/models",
            "/metrics",
            "/metrics/node",
            "/api/v1/runs",
            "/api/v1/changes",
            "/api/v1/inbox",
            "/api/v1/openapi.yaml",
            "/prometheus/api/v1/query?query=up",
            "/loki/api/v1/labels",
            "/alertmanager/api/v2/status",
            "/mlflow/api/2.0/mlflow/registered-models/search")) {
      assertThat(calls.get(dev.at(path)).status()).as(path).isEqualTo(401);
      assertThat(dev.get(path).status()).as(path).isEqualTo(200);
    }
    assertThat(calls.get(dev.at("/health")).status()).isEqualTo(200);
    assertThat(calls.get(dev.at("/ready")).status()).isEqualTo(200);
    assertThat(
            Poller.untilTrue(
                Duration.ofSeconds(60),
                () -> dev.get("/prometheus/api/v1/query?query=min(up)").text().contains("\"1\"]")))
        .as("every target of dev is scraped")
        .isTrue();
    var page = URI.create(console() + "/environments/dev");
    var refused = calls.get(page);
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("WWW-Authenticate")).hasValue("Basic realm=\"gori dev\"");
    var basic = Base64.getEncoder().encodeToString(("me:" + dev.token()).getBytes(US_ASCII));
    var shown = calls.get(page, Map.of("Authorization", "Basic " + basic));
    assertThat(shown.status()).isEqualTo(200);
    assertThat(shown.text()).doesNotContain("status 401");
    assertThat(calls.get(URI.create(console() + "/environments/prod")).status()).isEqualTo(200);
  }

  @Test
  @Order(2)
  void aNameOfAStrangerIsRefusedOnEveryPort() throws IOException {
    for (int port : ports()) {
      assertThat(statusUnder("evil.example", port)).as("port %d", port).isEqualTo(421);
      assertThat(statusUnder("localhost", port)).as("port %d", port).isNotEqualTo(421);
    }
    assertThat(statusUnder("gori.example", ports().getFirst())).isEqualTo(200);
  }

  @Test
  @Order(3)
  void everyPortOutlivesClientsThatTakeAllFileDescriptors() throws IOException {
    for (int port : ports()) {
      var held = new ArrayList<Socket>();
      for (int i = 0; i < HALF_OPEN; i++) {
        var socket = new Socket();
        held.add(socket);
        try {
          socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
          socket.getOutputStream().write("GET /he".getBytes(US_ASCII));
        } catch (IOException _) {
          break; // the port takes no more
        }
      }
      for (var socket : held) {
        socket.close();
      }
      for (int each : ports()) {
        assertThat(Poller.untilTrue(Duration.ofSeconds(40), () -> answers("localhost", each)))
            .as("port %d answers after %d was full", each, port)
            .isTrue();
      }
    }
  }

  private List<Integer> ports() {
    int base = program.portBase();
    return List.of(base + 10, base, base + 11, base + 20, base + 21);
  }

  private URI console() {
    return URI.create("http://127.0.0.1:" + program.portBase());
  }

  private static boolean answers(String host, int port) {
    try {
      return statusUnder(host, port) > 0;
    } catch (IOException _) {
      return false;
    }
  }

  private static int statusUnder(String host, int port) throws IOException {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              "GET /health HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                  .formatted(host)
                  .getBytes(US_ASCII));
      var answer = new String(socket.getInputStream().readNBytes(12), US_ASCII);
      if (!answer.startsWith("HTTP/1.1 ")) {
        throw new IOException("no answer: " + answer);
      }
      return Integer.parseInt(answer.substring(9, 12));
    }
  }
}

package dev.gori.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.json.Json;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.life.Cancellation;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Queries that compute without end, clients that leave, answers that nobody fetches.
@ExtendWith(NoLeaks.class)
final class QueryFilterTest {

  private static final QueryLimits LIMITS =
      new QueryLimits(
          1, 1, Duration.ofSeconds(20), Bytes.mebi(1), Bytes.mebi(1), Duration.ofMillis(500));

  private final AtomicInteger running = new AtomicInteger();
  private final AtomicReference<String> thread = new AtomicReference<>("");
  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(30));
  private final List<Socket> clients = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void open() throws IOException {
    open(LIMITS);
  }

  private void open(QueryLimits limits) throws IOException {
    server = HttpServer.open("127.0.0.1", 0, new HttpServer.Limits(Bytes.mebi(1), "right"), limits);
    var routes =
        new Routes(ErrorFormat.GORI)
            .get("/plain", _ -> Response.text(200, "plain"))
            .query("GET", "/quick", _ -> quick())
            .query("POST", "/api/v1/query", _ -> quick())
            .query("GET", "/endless", _ -> endless())
            .query("GET", "/within", _ -> within())
            .query(
                "POST",
                "/echo",
                request -> Response.text(200, new String(request.body(), StandardCharsets.UTF_8)))
            .query(
                "GET", "/bytes/{count}", request -> bytes(Integer.parseInt(request.param("count"))))
            .query("GET", "/memory", _ -> Response.json(List.of(new byte[Integer.MAX_VALUE])));
    server.mount(List.of(new Mount("", routes)));
  }

  @AfterEach
  void close() throws IOException {
    for (var client : clients) {
      client.close();
    }
    calls.close();
    server.close();
  }

  private Response quick() {
    thread.set(Thread.currentThread().getName() + Thread.currentThread().isVirtual());
    return Response.text(200, "quick");
  }

  private Response endless() {
    running.incrementAndGet();
    try {
      while (true) {
        Cancellation.check();
      }
    } finally {
      running.decrementAndGet();
    }
  }

  private Response within() {
    Cancellation.current().within(Duration.ofMillis(300));
    return endless();
  }

  private static Response bytes(int count) {
    return Response.stream("text/plain", out -> out.write(new byte[count]));
  }

  private ClientResponse get(String path) {
    return calls.get(URI.create(server.uri() + path));
  }

  private Socket send(String path, String... headers) throws IOException {
    var socket = new Socket("127.0.0.1", server.port());
    clients.add(socket);
    var head =
        "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("", headers) + "\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private void awaitRunning(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> running.get() == count);
  }

  @Test
  void aQueryRunsOnAPlatformThread() {
    assertThat(get("/quick").text()).isEqualTo("quick");
    assertThat(thread.get()).isEqualTo("query-" + server.port() + "false");
  }

  @Test
  void aBodyReachesTheQuery() {
    var answer =
        calls.post(
            URI.create(server.uri() + "/echo"),
            "text/plain",
            "said".getBytes(StandardCharsets.UTF_8),
            Map.of());
    assertThat(answer.text()).isEqualTo("said");
  }

  @Test
  void aQueryEndsAtItsDeadline() {
    var answer = get("/within");

    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.text()).contains("query timed out");
    assertThat(running.get()).isZero();
  }

  @Test
  void aQueryEndsWhenItsClientHasGone() throws IOException {
    var client = send("/endless");
    awaitRunning(1);

    client.close();

    awaitRunning(0);
    assertThat(get("/quick").status()).isEqualTo(200);
  }

  @Test
  void aQueryThatWaitsGoesWithItsClient() throws IOException {
    send("/endless");
    awaitRunning(1);
    send("/endless").close();

    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () -> {
              try (var waits = send("/quick")) {
                waits.setSoTimeout(300);
                waits.getInputStream().read();
                return false; // it was answered: the place is still taken
              } catch (java.net.SocketTimeoutException _) {
                return true; // it waits
              }
            });
  }

  @Test
  void whatFindsNoPlaceIsRefusedAtOnceAndOthersAreAnswered() throws IOException {
    send("/endless");
    awaitRunning(1);
    send("/endless");

    var refused =
        Awaitility.await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> briefly("/quick"), said -> said.startsWith("HTTP/1.1 429"));

    assertThat(refused).containsIgnoringCase("Retry-After: 1");
    assertThat(get("/plain").text()).isEqualTo("plain");
    assertThat(running.get()).isEqualTo(1);
  }

  private String briefly(String path) throws IOException {
    try (var client = send(path)) {
      client.setSoTimeout(500);
      var head = new byte[2_000];
      int length = client.getInputStream().read(head);
      return new String(head, 0, Math.max(0, length), StandardCharsets.US_ASCII);
    } catch (java.net.SocketTimeoutException _) {
      return "";
    }
  }

  @Test
  void callsWithTheTokenDoNotWaitBehindOthers() throws IOException {
    send("/endless");
    awaitRunning(1);
    send("/endless");

    var answer =
        calls.get(URI.create(server.uri() + "/quick"), Map.of("Authorization", "Bearer right"));

    assertThat(answer.text()).isEqualTo("quick");
    assertThat(thread.get()).startsWith("platform-query-");
  }

  @Test
  void anAnswerThatIsTooLargeIsRefusedBeforeItIsSent() {
    assertThat(get("/bytes/1000000").body()).hasSize(1_000_000);

    var answer = get("/bytes/1048577");

    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.text()).contains("the answer is larger than 1.0 MiB", "ask for less");
    assertThat(get("/bytes/1048576").body()).hasSize(1 << 20);
  }

  /// Its answer does not fit into the buffers between the two.
  @Test
  void aClientThatDoesNotTakeItsAnswerLosesTheConnectionAndTheMemoryIsFree() throws IOException {
    server.close();
    open(
        new QueryLimits(
            1, 1, Duration.ofSeconds(20), Bytes.mebi(16), Bytes.mebi(16), Duration.ofSeconds(3)));
    send("/bytes/16000000");

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions() // a slow machine may need more than the time there is
        .until(() -> get("/bytes/16000000").status() == 200);
  }

  @Test
  void runningOutOfMemoryIsAFailureOfOurs() {
    var answer = get("/memory");

    assertThat(answer.status()).isEqualTo(500);
    assertThat(Json.parse(answer.body()).path("error").path("message").asString())
        .contains("OutOfMemoryError");
    assertThat(get("/quick").status()).isEqualTo(200);
  }
}

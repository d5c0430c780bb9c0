package dev.gori.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.Bytes;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A port and clients that hold its connections, send too slowly or too much, or call it by names
/// that are not its own.
@ExtendWith(NoLeaks.class)
final class ConnectionsTest {

  private static final int CONNECTIONS = 8;
  private static final ConnectionLimits SHORT =
      new ConnectionLimits(
          CONNECTIONS,
          Bytes.mebi(64),
          Duration.ofMillis(400),
          Duration.ofSeconds(3),
          Duration.ofMillis(400),
          100_000,
          Duration.ofSeconds(1));

  private final List<Socket> sockets = new ArrayList<>();
  private HttpServer server;
  private HttpCalls calls;

  @BeforeEach
  void open() throws IOException {
    var limits =
        HttpServer.Limits.guardedBy("right").readsNeedToken(true).withNames(Set.of("gori.example"));
    server = HttpServer.open("127.0.0.1", 0, limits, SHORT);
    server.mount(
        List.of(
            new Mount(
                "",
                new Routes(ErrorFormat.GORI)
                    .get("/health", _ -> Response.text(200, "alive"))
                    .alwaysOpen()
                    .get("/read", _ -> Response.text(200, "secret"))
                    .post("/small", ConnectionsTest::length)
                    .alwaysOpen()
                    .post("/large", ConnectionsTest::length)
                    .takes(Bytes.mebi(64))
                    .alwaysOpen()
                    .get("/long", _ -> Response.bytes(200, "text/plain", new byte[64 << 20]))
                    .alwaysOpen())));
    calls = HttpCalls.within(Duration.ofSeconds(20));
  }

  @AfterEach
  void close() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
    calls.close();
    server.close();
  }

  private static Response length(Request request) {
    return Response.text(200, Integer.toString(request.body().length));
  }

  @Test
  void aConnectionThatSendsNothingIsClosed() throws IOException {
    assertThat(answer(connect())).isEmpty();
  }

  @Test
  void halfAHeadIsTold408() throws IOException {
    assertThat(answer(sending("GET /health HTTP/1.1\r\nHost: local"))).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void halfABodyIsTold408() throws IOException {
    assertThat(answer(sending(head("/small", "localhost", "Content-Length: 10") + "half")))
        .startsWith("HTTP/1.1 408 ")
        .contains("body: too slow (expected: a byte at least every 0.4 s");
  }

  @Test
  void aBodyThatTricklesIsTold408() throws IOException {
    var socket = sending(head("/small", "localhost", "Content-Length: 1000"));
    socket.setSoTimeout(50);
    var answered = new StringBuilder();
    for (int i = 0; i < 100 && answered.isEmpty(); i++) {
      socket.getOutputStream().write('x');
      try {
        answered.append((char) socket.getInputStream().read());
      } catch (SocketTimeoutException _) {
        // nothing said yet: the next byte
      }
    }
    assertThat(answered.append(answer(socket)).toString()).startsWith("HTTP/1.1 408 ");
  }

  @Test
  void anAnswerThatNobodyTakesIsGivenUp() throws IOException {
    var socket = sending("GET /long HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(within(Duration.ofSeconds(10), () -> server.connections() == 0)).isTrue();
    socket.close();
  }

  @Test
  void aFullPortTakesTheNewestAndClosesTheOneThatWaitedLongest() throws IOException {
    for (int i = 0; i < 3 * CONNECTIONS; i++) {
      sending("GET /health HTTP/1.1\r\n");
      assertThat(calls.get(at("/health")).status()).isEqualTo(200);
    }
    assertThat(server.connections()).isLessThanOrEqualTo(CONNECTIONS);
  }

  @Test
  void whoSendsFarTooMuchStillReadsWhy() throws IOException {
    var socket = connect();
    var out = socket.getOutputStream();
    out.write(head("/small", "localhost", "Content-Length: 100000000").getBytes(US_ASCII));
    var block = new byte[1_000_000];
    for (int i = 0; i < 100; i++) {
      out.write(block);
    }
    assertThat(answer(socket)).startsWith("HTTP/1.1 413 ").contains("at most 65536 bytes");
    var chunked = connect();
    var more = chunked.getOutputStream();
    more.write(head("/small", "localhost", "Transfer-Encoding: chunked").getBytes(US_ASCII));
    more.write("5f5e100\r\n".getBytes(US_ASCII));
    for (int i = 0; i < 100; i++) {
      more.write(block);
    }
    assertThat(answer(chunked)).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void unfinishedBodiesDoNotTakeTheMemoryOfOthers() throws IOException {
    var head = head("/large", "localhost", "Content-Length: 50000000").getBytes(US_ASCII);
    var body = new byte[9 << 20];
    var bounds =
        new ConnectionLimits(
            64,
            Bytes.mebi(64),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            1,
            Duration.ofSeconds(20));
    var limits = HttpServer.Limits.guardedBy("right");
    try (var roomy = HttpServer.open("127.0.0.1", 0, limits, bounds)) {
      roomy.mount(
          List.of(
              new Mount(
                  "",
                  new Routes(ErrorFormat.GORI)
                      .post("/small", ConnectionsTest::length)
                      .post("/large", ConnectionsTest::length)
                      .takes(Bytes.mebi(64)))));
      for (int i = 0; i < 6; i++) {
        var socket = new Socket("127.0.0.1", roomy.port());
        sockets.add(socket);
        socket.getOutputStream().write(head);
        socket.getOutputStream().write(body);
      }
      var open = URI.create(roomy.uri() + "/large");
      var refused = calls.post(open, "text/plain", new byte[8 << 20], Map.of());
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("Retry-After")).hasValue("1");
      assertThat(
              calls.post(open, "text/plain", new byte[8 << 20], HttpCalls.bearer("right")).text())
          .isEqualTo(Integer.toString(8 << 20));
      assertThat(
              calls
                  .post(
                      URI.create(roomy.uri() + "/small"), "text/plain", new byte[50_000], Map.of())
                  .text())
          .isEqualTo("50000");
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void aNameThatIsNotTheServersIsRefusedOnEveryRoute() throws IOException {
    for (var path : List.of("/health", "/read", "/nowhere")) {
      assertThat(answer(sending(get(path, "evil.example:" + server.port()))))
          .startsWith("HTTP/1.1 421 ")
          .contains("host 'evil.example:" + server.port() + "'", "environment.yaml");
    }
    for (var host :
        List.of("localhost", "localhost:1", "127.0.0.1:80", "[::1]:80", "GORI.example")) {
      assertThat(answer(sending(get("/health", host)))).startsWith("HTTP/1.1 200 ");
    }
    assertThat(answer(sending("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n")))
        .startsWith("HTTP/1.1 400 ");
  }

  @Test
  void whereReadsNeedTheTokenOnlyProbesAreOpen() {
    assertThat(calls.get(at("/health")).status()).isEqualTo(200);
    assertThat(calls.get(at("/read")).status()).isEqualTo(401);
    assertThat(calls.get(at("/read"), HttpCalls.bearer("wrong")).status()).isEqualTo(403);
    assertThat(calls.get(at("/read"), HttpCalls.bearer("right")).status()).isEqualTo(200);
  }

  private URI at(String path) {
    return URI.create(server.uri() + path);
  }

  private static String get(String path, String host) {
    return "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(path, host);
  }

  private static String head(String path, String host, String header) {
    return "POST %s HTTP/1.1\r\nHost: %s\r\n%s\r\n\r\n".formatted(path, host, header);
  }

  private Socket connect() throws IOException {
    var socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(10_000);
    sockets.add(socket);
    return socket;
  }

  private Socket sending(String text) throws IOException {
    var socket = connect();
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    return socket;
  }

  /// All that comes until the server ends the connection.
  private static String answer(Socket socket) throws IOException {
    socket.setSoTimeout(10_000);
    return new String(socket.getInputStream().readAllBytes(), US_ASCII);
  }

  private static boolean within(Duration most, BooleanSupplier condition) {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      LockSupport.parkNanos(10_000_000);
    }
    return condition.getAsBoolean();
  }
}

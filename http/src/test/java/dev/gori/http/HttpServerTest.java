package dev.gori.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
final class HttpServerTest {

  private HttpServer server;
  private HttpCalls calls;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.open("127.0.0.1", 0, new HttpServer.Limits(new Bytes(1_000), "right"));
    calls = HttpCalls.within(Duration.ofSeconds(5));
  }

  @AfterEach
  void close() {
    calls.close();
    server.close();
  }

  private void mount() {
    var api =
        new Routes(ErrorFormat.GORI)
            .get(
                "/things/{name}",
                request -> Response.json(Json.object("name", request.param("name"))))
            .get("/things/fixed", _ -> Response.text(200, "fixed"))
            .get("/files/{+path}", request -> Response.text(200, request.param("path")))
            .get(
                "/says/{word}",
                request -> Response.empty(204).header("X-Says", request.param("word")))
            .post(
                "/parts",
                request ->
                    Response.bytes(
                        200, "text/plain", request.body(new Bytes(3), "send it in parts")))
            .post("/echo", request -> Response.bytes(200, "text/plain", request.body()))
            .post("/snappy", request -> Response.bytes(200, "text/plain", request.body()))
            .accepts(ContentCoding.SNAPPY)
            .get(
                "/broken",
                _ -> {
                  throw new IllegalStateException("a bug");
                })
            .get("/stream", _ -> Response.stream("text/plain", out -> out.write(new byte[100_000])))
            .guarded("PUT", "/secret", _ -> Response.empty(204))
            .guarded("GET", "/secret", _ -> Response.text(200, "secret"));
    var plain = new Routes(ErrorFormat.PLAIN).get("/here", _ -> Response.text(200, "here"));
    server.mount(List.of(new Mount("", api), new Mount("/plain", plain)));
  }

  @Test
  void anEmptyTokenGuardsNothingAndIsRefused() {
    assertThatThrownBy(() -> HttpServer.Limits.guardedBy(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token: empty");
  }

  @Test
  void untilRoutesAreThereEveryCallIsTold503() {
    assertThat(get("/things/a").status()).isEqualTo(503);
  }

  @Test
  void aFixedSegmentIsPreferredAndNamesAreDecoded() {
    mount();
    assertThat(get("/things/fixed").text()).isEqualTo("fixed");
    assertThat(get("/things/a%2Fb%20c").text()).isEqualTo("{\"name\":\"a/b c\"}");
    assertThat(get("/files/a/b/c.txt").text()).isEqualTo("a/b/c.txt");
  }

  @Test
  void whatIsNotThereIsSaidInTheDialectOfTheNearestMount() {
    mount();
    assertThat(get("/plain/nowhere").text()).isEqualTo("no such path: GET /plain/nowhere\n");
    assertThat(get("/nowhere").text()).contains("\"code\":\"not_found\"");
    var wrongMethod = calls.delete(at("/echo"), Map.of());
    assertThat(wrongMethod.status()).isEqualTo(405);
    assertThat(wrongMethod.header("Allow")).hasValue("POST");
  }

  /// A body after `HEAD` would be taken for the answer to the connection's next request.
  @Test
  void headIsAnsweredWithTheHeadersOfGetAlone() throws IOException {
    mount();
    record Asked(String path, String host, int status, int length) {}
    var asked =
        List.of(
            new Asked("/things/fixed", "localhost", 200, 5),
            new Asked("/stream", "localhost", 200, 100_000),
            new Asked("/says/hello", "localhost", 204, 0),
            new Asked("/broken", "localhost", 500, -1),
            new Asked("/secret", "localhost", 401, -1),
            new Asked("/nowhere", "localhost", 404, -1),
            new Asked("/nowhere", "stranger.example", 421, -1),
            new Asked("/things/fixed", "stranger.example", 421, -1),
            new Asked("/says/after", "localhost", 204, 0));
    try (var socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(5_000);
      for (var one : asked) {
        var request = "HEAD %s HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(one.path(), one.host());
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        var head = head(socket.getInputStream());
        assertThat(head).as("%s", one).startsWith("HTTP/1.1 " + one.status());
        if (one.length() > 0) {
          assertThat(head).contains("Content-Length: " + one.length());
        } else if (one.length() < 0) {
          assertThat(head)
              .containsPattern("Content-Length: [1-9]")
              .doesNotContain("Connection: close");
        }
      }
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as("the end of the connection after '%s'", head).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }

  @Test
  void aSnappyBlockIsDecodedWhereARouteAcceptsIt() {
    mount();
    var echoed =
        calls.post(
            at("/snappy"),
            "text/plain",
            new byte[] {4, 12, 'g', 'o', 'r', 'i'},
            Map.of("Content-Encoding", "snappy"));
    assertThat(echoed.status()).isEqualTo(200);
    assertThat(echoed.text()).isEqualTo("gori");
  }

  @Test
  void aGuardedCallNeedsTheTokenOfThisPort() {
    mount();
    assertThat(put(Map.of()).status()).isEqualTo(401);
    assertThat(put(HttpCalls.bearer("wrong")).status()).isEqualTo(403);
    assertThat(put(HttpCalls.bearer("")).status()).isIn(401, 403);
    assertThat(put(Map.of("Authorization", "Basic cmlnaHQ6")).status()).isEqualTo(401);
    assertThat(put(Map.of("Authorization", "right")).status()).isEqualTo(401);
    assertThat(put(HttpCalls.bearer("right")).status()).isEqualTo(204);
  }

  @Test
  void aBodyOverTheLimitIsRefusedAndABugOfOursHasARequestId() {
    mount();
    assertThat(calls.post(at("/echo"), "text/plain", new byte[1_001], Map.of()).text())
        .contains("body: 1001 bytes (expected: at most 1000 bytes)");
    var broken = calls.get(at("/broken"), Map.of("X-Request-Id", "mine"));
    assertThat(broken.status()).isEqualTo(500);
    assertThat(broken.text()).contains("request mine");
    assertThat(broken.header("X-Request-Id")).hasValue("mine");
  }

  @Test
  void aRoutesOwnLimitIsTheSmallerOneAndSaysWhatToDo() {
    mount();
    assertThat(calls.post(at("/parts"), "text/plain", new byte[3], Map.of()).status())
        .isEqualTo(200);
    assertThat(calls.post(at("/parts"), "text/plain", new byte[4], Map.of()).text())
        .contains("body: 4 bytes (expected: at most 3 bytes; send it in parts)");
  }

  @Test
  void aRouteTakesASmallBodyUnlessItSaysMore() throws IOException {
    try (var large = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN)) {
      large.mount(
          List.of(
              new Mount(
                  "/api",
                  new Routes(ErrorFormat.GORI)
                      .post("/search", request -> Response.json(request.json()))
                      .post("/batch", request -> Response.json(request.json()))
                      .takes(Bytes.mebi(1))
                      .guarded("PUT", "/file", _ -> Response.empty(204))
                      .streams()
                      .get("/health", _ -> Response.text(200, "OK"))
                      .alwaysOpen())));
      assertThat(large.routes())
          .containsExactly(
              route("POST", "/api/search", false, false, Routes.SMALL_BODY),
              route("POST", "/api/batch", false, false, Bytes.mebi(1)),
              route("PUT", "/api/file", true, false, null),
              route("GET", "/api/health", false, true, Routes.SMALL_BODY));
      var kilobytes = ("[" + "[],".repeat(30_000) + "[]]").getBytes(UTF_8);
      assertThat(post(large, "/api/search", kilobytes).status()).isEqualTo(413);
      assertThat(post(large, "/api/batch", kilobytes).status()).isEqualTo(200);
      var manyElements = ("[" + "[],".repeat(130_000) + "[]]").getBytes(UTF_8);
      var refused = post(large, "/api/batch", manyElements);
      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.text()).contains("at most 100 levels and 250000 tokens");
      assertThat(post(large, "/api/batch", "[".repeat(200).getBytes(UTF_8)).status())
          .isEqualTo(413);
    }
  }

  private static HttpServer.RouteInfo route(
      String method, String path, boolean guarded, boolean open, @Nullable Bytes maxBody) {
    return new HttpServer.RouteInfo(method, path, guarded, open, Optional.ofNullable(maxBody));
  }

  private ClientResponse post(HttpServer to, String path, byte[] body) {
    return calls.post(URI.create(to.uri() + path), "application/json", body, Map.of());
  }

  @Test
  void aHeaderNeverGrowsASecondLine() {
    mount();
    assertThat(get("/says/yes").header("X-Says")).hasValue("yes");
    var split = get("/says/yes%0D%0AX-Other:%20no");
    assertThat(split.status()).isEqualTo(500);
    assertThat(split.header("X-Other")).isEmpty();
  }

  @Test
  void aTakenPortFailsAtOnceAndNamesItself() {
    assertThatThrownBy(() -> HttpServer.open("127.0.0.1", server.port(), HttpServer.Limits.OPEN))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("port " + server.port());
  }

  @Test
  void aServerThatIsNotThereIsAFaultOfTheOtherSystem() {
    assertThatThrownBy(() -> calls.get(URI.create("http://127.0.0.1:1/x")))
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.BACKEND_DOWN));
  }

  private ClientResponse get(String path) {
    return calls.get(at(path));
  }

  private ClientResponse put(Map<String, String> headers) {
    return calls.call("PUT", at("/secret"), "text/plain", new byte[0], headers);
  }

  private URI at(String path) {
    return URI.create(server.uri() + path);
  }
}

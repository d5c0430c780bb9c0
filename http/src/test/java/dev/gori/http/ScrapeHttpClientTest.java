package dev.gori.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.http.ScrapeHttpClient.TooLongException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ScrapeHttpClientTest {

  private static final Duration SOON = Duration.ofSeconds(5);

  /// Answers each request with the next text, byte for byte; null closes the connection.
  private final List<String> answers = new CopyOnWriteArrayList<>();

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private ServerSocket server;
  private ScrapeHttpClient get;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    get =
        new ScrapeHttpClient(
            URI.create("http://127.0.0.1:%d/metrics?a=b".formatted(server.getLocalPort())));
  }

  @AfterEach
  void close() throws IOException {
    get.close();
    server.close();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (var socket = server.accept()) {
        connections.incrementAndGet();
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null && !answers.isEmpty(); line = in.readLine()) {
          var request = new StringBuilder(line);
          for (var header = in.readLine(); !header.isEmpty(); header = in.readLine()) {
            request.append('|').append(header);
          }
          requests.add(request.toString());
          var answer = answers.removeFirst();
          send(socket.getOutputStream(), answer);
          if (answer.contains("close") || answer.startsWith("HTTP/1.0")) {
            break;
          }
        }
      } catch (IOException _) {
        // the client has seen enough
      }
    }
  }

  private static void send(OutputStream out, String answer) throws IOException {
    for (var piece : answer.split("(?<=~)")) { // pieces arrive one by one
      out.write(piece.replace("~", "").getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  private String body() throws Exception {
    var fetched = get.get(List.of("Accept: text/plain"), SOON, 1_000);
    return fetched.status() + " " + new String(fetched.body(), StandardCharsets.UTF_8);
  }

  record Case(String name, String answer, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> reads() {
    return Stream.of(
        new Case("a length", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nup 1", "200 up 1"),
        new Case("in pieces", "HT~TP/1.1 20~0 OK\r~\nContent-~Length: 4\r\n\r~\nu~p 1", "200 up 1"),
        new Case(
            "chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nup\r\n2;x=y\r\n 1\r\n0\r\nTrailer: t\r\n\r\n",
            "200 up 1"),
        new Case(
            "until the connection ends",
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nup 1",
            "200 up 1"),
        new Case("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\nup 1", "200 up 1"),
        new Case("bare line feeds", "HTTP/1.1 200 OK\ncontent-length: 4\n\nup 1", "200 up 1"),
        new Case(
            "something before it",
            "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
            "200 x"),
        new Case("nothing in it", "HTTP/1.1 204 No Content\r\n\r\n", "204 "),
        new Case("another status", "HTTP/1.1 503 Gone\r\nContent-Length: 0\r\n\r\n", "503 "),
        new Case(
            "a long header",
            "HTTP/1.1 200 OK\r\nX: " + "x".repeat(20_000) + "\r\nContent-Length: 1\r\n\r\nx",
            "200 x"));
  }

  @ParameterizedTest
  @MethodSource
  void reads(Case c) throws Exception {
    answers.addAll(List.of(c.answer(), c.answer()));
    assertThat(body()).isEqualTo(c.expected());
    assertThat(body()).as("again").isEqualTo(c.expected());
  }

  static Stream<Case> refuses() {
    return Stream.of(
        new Case(
            "no HTTP",
            "SSH-2.0-OpenSSH\r\n\r\n",
            "'SSH-2.0-OpenSSH' (expected: the status line of HTTP/1.1)"),
        new Case(
            "cut short",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nup 1",
            "the answer ends after 4 of 9 bytes"),
        new Case(
            "cut in its head", "HTTP/1.0 200 OK\r\nContent-", "the answer ends within its head"),
        new Case(
            "a bad length",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            "length 'x' (expected: a number)"),
        new Case(
            "too long by its length",
            "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
            "body exceeds limit: more than 1000 bytes"),
        new Case(
            "too long in chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n"
                + "x".repeat(1_000)
                + "\r\n1\r\n",
            "body exceeds limit: more than 1000 bytes"),
        new Case(
            "too long until its end",
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + "x".repeat(5_000),
            "body exceeds limit: more than 1000 bytes"),
        new Case(
            "an endless line",
            "HTTP/1.1 200 OK\r\nX: " + "x".repeat(40_000),
            "a line of more than 32768 bytes in the answer's head"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Case c) throws Exception {
    answers.add(c.answer());
    assertThatThrownBy(this::body).isInstanceOf(IOException.class).hasMessage(c.expected());
    answers.clear();
    answers.add("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    assertThat(body()).as("the next call is on a connection of its own").isEqualTo("200 x");
  }

  @Test
  void asksOnTheSameConnectionAndMakesANewOneWhenTheServerClosedIt() throws Exception {
    answers.addAll(
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
            "HTTP/1.1 200 OK\r\nX: closes\r\nContent-Length: 1\r\n\r\nb"));
    assertThat(body()).isEqualTo("200 a");
    assertThat(body()).isEqualTo("200 b");
    assertThat(connections).hasValue(1);
    answers.add("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nc");
    assertThat(body()).isEqualTo("200 c");
    assertThat(connections).hasValue(2);
    assertThat(requests)
        .containsOnly(
            "GET /metrics?a=b HTTP/1.1|Host: 127.0.0.1:%d|Accept: text/plain"
                .formatted(server.getLocalPort()));
  }

  @Test
  void anAnswerThatNeverEndsIsLeftAtTheDeadline() {
    answers.add("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nup");
    assertThatThrownBy(() -> get.get(List.of(), Duration.ofMillis(100), 1_000))
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void whatIsNotThereIsSaid() throws IOException {
    int free;
    try (var nobody = new ServerSocket(0)) {
      free = nobody.getLocalPort();
    }
    assertThatThrownBy(
            () ->
                new ScrapeHttpClient(URI.create("http://127.0.0.1:" + free + "/"))
                    .get(List.of(), SOON, 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("refused");
    assertThatThrownBy(
            () ->
                new ScrapeHttpClient(URI.create("http://no.such.host.invalid/"))
                    .get(List.of(), SOON, 1)
                    .status())
        .hasMessage("no such host: no.such.host.invalid");
    assertThatThrownBy(() -> new ScrapeHttpClient(URI.create("https://a/")))
        .hasMessage("address 'https://a/' (expected: http://host…)");
  }

  @Test
  void anInterruptedCallEnds() throws Exception {
    answers.add("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nup");
    var ended = new CompletableFuture<Throwable>();
    var caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    body();
                  } catch (Exception e) {
                    ended.complete(e);
                  }
                });
    while (requests.isEmpty()) {
      Thread.onSpinWait();
    }
    caller.interrupt();
    assertThat(ended.get(4, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aServersOwnFace() throws Exception {
    try (var face = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN)) {
      face.mount(
          List.of(
              new Mount(
                  "",
                  new Routes(ErrorFormat.PLAIN)
                      .get("/long", _ -> Response.text(200, "x".repeat(100_000))))));
      try (var own = new ScrapeHttpClient(face.uri().resolve("/long"))) {
        for (int i = 0; i < 3; i++) {
          assertThat(own.get(List.of(), SOON, 1 << 20).body()).hasSize(100_000);
        }
        assertThatThrownBy(() -> own.get(List.of(), SOON, 99_999))
            .isInstanceOf(TooLongException.class);
      }
    }
  }
}

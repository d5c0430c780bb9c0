package dev.gori.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Requests that do not arrive whole are the client's fault, never ours.
@ExtendWith(NoLeaks.class)
final class BrokenRequestsTest {

  /// @param nanos from the last byte of the request to the end of the answer
  private record Ended(int status, long nanos) {}

  private final BlockingQueue<Ended> ended = new ArrayBlockingQueue<>(10);
  private HttpServer server;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN);
    var routes =
        new Routes(ErrorFormat.GORI)
            .post("/echo", request -> Response.bytes(200, "text/plain", request.body()))
            .post(
                "/overflow",
                _ -> {
                  throw new StackOverflowError();
                })
            .filter(this::observed);
    server.mount(List.of(new Mount("", routes)));
  }

  private Response observed(Request request, Handler next) throws Exception {
    var response = next.handle(request);
    return response.whenSent(
        () -> ended.add(new Ended(response.status(), System.nanoTime() - request.received())));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void aBodyThatBreaksOffIsTheClientsFault() throws Exception {
    send(head("/echo", "Content-Length: 100") + "half", null);
    assertThat(next().status()).isEqualTo(499);
  }

  @Test
  void aBodyThatBreaksOffWithinAChunkIsTheClientsFault() throws Exception {
    send(head("/echo", "Transfer-Encoding: chunked") + "40\r\nhalf", null);
    assertThat(next().status()).isEqualTo(499);
  }

  @Test
  void aMalformedChunkIsABadRequest() throws Exception {
    for (var chunk : List.of("zz\r\nabc\r\n", "5\nhello\r\n0\r\n\r\n", "-1\r\n\r\n")) {
      var answer = send(head("/echo", "Transfer-Encoding: chunked") + chunk, "\n");
      assertThat(answer).startsWith("HTTP/1.1 400 ");
      assertThat(next().status()).isEqualTo(400);
    }
  }

  @Test
  void whatTheClientTookToSendIsNotCountedFromTheLastByteOn() throws Exception {
    try (var socket = new Socket("127.0.0.1", server.port())) {
      var out = socket.getOutputStream();
      out.write((head("/echo", "Content-Length: 4") + "ha").getBytes(US_ASCII));
      assertThat(ended.poll(300, TimeUnit.MILLISECONDS)).isNull();
      out.write("lf".getBytes(US_ASCII));
      assertThat(next().nanos()).isLessThan(TimeUnit.MILLISECONDS.toNanos(250));
    }
  }

  @Test
  void anErrorInAHandlerEndsItsRequestOnly() throws Exception {
    assertThat(send(head("/overflow", "Content-Length: 0"), "\n")).startsWith("HTTP/1.1 500 ");
    assertThat(send(head("/echo", "Content-Length: 2") + "ok", "\n")).startsWith("HTTP/1.1 200 ");
  }

  private Ended next() throws InterruptedException {
    var one = ended.poll(5, TimeUnit.SECONDS);
    assertThat(one).as("the request ended").isNotNull();
    return one;
  }

  private static String head(String path, String header) {
    return "POST %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n".formatted(path, header);
  }

  /// @param until reads the answer up to this text; null to close without reading
  private String send(String request, @Nullable String until) throws IOException {
    try (var socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      var answer = new StringBuilder();
      while (until != null && answer.indexOf(until) < 0) {
        int one = socket.getInputStream().read();
        if (one < 0) {
          break;
        }
        answer.append((char) one);
      }
      return answer.toString();
    }
  }
}

package dev.gori.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A server may close a kept connection at any time: the request that met its end is sent again
/// where that changes nothing.
final class HttpCallsTest {

  private final AtomicInteger requests = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(strings = {"GET", "OPTIONS", "PUT", "DELETE"})
  void sendsAnIdempotentRequestAgain(String method) throws IOException {
    try (var server = closingAfterOneAnswer();
        var calls = HttpCalls.within(Duration.ofSeconds(10))) {
      assertThat(call(calls, method, server)).isEqualTo(200);
      assertThat(call(calls, method, server)).isEqualTo(200);
      assertThat(requests).hasValue(3);
    }
  }

  @Test
  void sendsAPostOnce() throws IOException {
    try (var server = closingAfterOneAnswer();
        var calls = HttpCalls.within(Duration.ofSeconds(10))) {
      assertThat(call(calls, "POST", server)).isEqualTo(200);
      assertThatThrownBy(() -> call(calls, "POST", server))
          .isInstanceOf(FaultException.class)
          .hasMessageContaining("cannot be reached");
      assertThat(requests).hasValue(2);
    }
  }

  private static int call(HttpCalls calls, String method, ServerSocket server) {
    var uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
    return calls.call(method, uri, "text/plain", new byte[0], Map.of()).status();
  }

  /// Answers the first request of a connection and closes it at the second.
  private ServerSocket closingAfterOneAnswer() throws IOException {
    var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(
        () -> {
          while (!server.isClosed()) {
            try (var connection = server.accept()) {
              var in = connection.getInputStream();
              readHead(in);
              connection
                  .getOutputStream()
                  .write(
                      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                          .getBytes(StandardCharsets.US_ASCII));
              readHead(in);
            } catch (IOException _) {
              // the client has closed it, or the test is over
            }
          }
        });
    return server;
  }

  private void readHead(InputStream in) throws IOException {
    int matched = 0;
    while (matched < 4) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("closed");
      }
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    requests.incrementAndGet();
  }
}

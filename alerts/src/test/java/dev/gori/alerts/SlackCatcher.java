package dev.gori.alerts;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A web server that takes Slack and webhook calls and remembers their bodies.
final class SlackCatcher implements AutoCloseable {
  private final HttpServer server;
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(200);
  private final AtomicInteger calls = new AtomicInteger();

  private SlackCatcher(HttpServer server) {
    this.server = server;
  }

  static SlackCatcher start() throws IOException {
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    var catcher = new SlackCatcher(server);
    server.createContext(
        "/",
        exchange -> {
          catcher.calls.incrementAndGet();
          var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          int answer = catcher.status.get();
          if (answer == 200) {
            catcher.bodies.add(body);
          }
          exchange.getResponseHeaders().set("Content-Type", "text/plain");
          exchange.sendResponseHeaders(answer, 2);
          exchange.getResponseBody().write("ok".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    server.start();
    return catcher;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook");
  }

  void answer(int wanted) {
    status.set(wanted);
  }

  List<String> bodies() {
    return List.copyOf(bodies);
  }

  int calls() {
    return calls.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

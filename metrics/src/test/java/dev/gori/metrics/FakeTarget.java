package dev.gori.metrics;

import dev.gori.http.ErrorFormat;
import dev.gori.http.HttpServer;
import dev.gori.http.Mount;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.id.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A target with a configurable body, and an Alertmanager that accepts alerts, on a real port.
final class FakeTarget implements AutoCloseable {

  final List<String> authorizations = new CopyOnWriteArrayList<>();
  final List<String> alerts = new CopyOnWriteArrayList<>();
  volatile String text = "";
  volatile int status = 200;
  volatile int alertStatus = 200;
  private final HttpServer server;

  private FakeTarget(HttpServer server) {
    this.server = server;
    server.mount(
        List.of(
            new Mount(
                "",
                new Routes(ErrorFormat.PLAIN)
                    .get(
                        "/metrics",
                        request -> {
                          request.header("Authorization").ifPresent(authorizations::add);
                          return Response.text(status, text);
                        })
                    .post(
                        "/api/v2/alerts",
                        request -> {
                          if (alertStatus == 200) {
                            alerts.add(new String(request.body(), StandardCharsets.UTF_8));
                          }
                          return Response.text(alertStatus, "");
                        })
                    .takes(Bytes.mebi(8)))));
  }

  static FakeTarget start() throws IOException {
    return new FakeTarget(HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN));
  }

  String address() {
    return "127.0.0.1:" + server.port();
  }

  String url() {
    return server.uri().toString();
  }

  @Override
  public void close() {
    server.close();
  }
}

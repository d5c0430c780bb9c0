package dev.gori.logs;

import dev.gori.base.json.Json;
import dev.gori.http.ErrorFormat;
import dev.gori.http.HttpServer;
import dev.gori.http.Mount;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.id.Bytes;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A server that takes alerts and remembers them.
final class Alertmanager implements AutoCloseable {

  final List<JsonNode> alerts = Collections.synchronizedList(new ArrayList<>());
  private final HttpServer server;

  Alertmanager() throws IOException {
    server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN);
    server.mount(
        List.of(
            new Mount(
                "",
                new Routes(ErrorFormat.PLAIN)
                    .post(
                        "/api/v2/alerts",
                        request -> {
                          Json.parse(request.body()).forEach(alerts::add);
                          return Response.empty(200);
                        })
                    .takes(Bytes.mebi(8)))));
  }

  URI uri() {
    return server.uri();
  }

  @Override
  public void close() {
    server.close();
  }
}

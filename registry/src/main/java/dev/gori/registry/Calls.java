package dev.gori.registry;

import dev.gori.http.Handler;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.id.Bytes;
import java.util.List;
import java.util.Map;

/// MLflow's API paths: each call has a route under `/api/…` for clients and one under `/ajax-api/…`
/// for web pages.
final class Calls {

  /// The maximum body of a call that writes; MLflow has the same limit on a batch.
  private static final Bytes LONGEST_WRITE = Bytes.mebi(1);

  /// The maximum body of a search: a filter of 100,000 characters and a thousand experiments.
  private static final Bytes LONGEST_SEARCH = Bytes.kibi(256);

  /// The JSON body of a response without content.
  static final Map<String, String> NOTHING = Map.of();

  private final Routes routes;

  Calls(Routes routes) {
    this.routes = routes;
  }

  /// Adds a call that only reads, whatever its HTTP method.
  Calls read(String method, String path, Handler handler) {
    for (var full : paths(path)) {
      switch (method) {
        case "GET" -> routes.get(full, handler);
        case "POST" -> routes.post(full, handler);
        default -> throw new IllegalArgumentException(method);
      }
    }
    return this;
  }

  /// Adds a search: a call that only reads, and whose cost depends on the request.
  Calls search(String method, String path, Handler handler) {
    paths(path).forEach(full -> routes.query(method, full, handler).takes(LONGEST_SEARCH));
    return this;
  }

  /// Adds a call that writes, and so requires the environment's token.
  Calls write(String method, String path, Handler handler) {
    return write(method, path, LONGEST_WRITE, handler);
  }

  /// Adds a call that writes and has its own maximum body.
  Calls write(String method, String path, Bytes maxBody, Handler handler) {
    paths(path).forEach(full -> routes.guarded(method, full, handler).takes(maxBody));
    return this;
  }

  /// Adds a call that writes and whose handler reads the body as a stream.
  Calls upload(String method, String path, Handler handler) {
    paths(path).forEach(full -> routes.guarded(method, full, handler).streams());
    return this;
  }

  private static List<String> paths(String path) {
    return List.of("/api/2.0" + path, "/ajax-api/2.0" + path);
  }

  static Response done() {
    return Response.json(NOTHING);
  }
}

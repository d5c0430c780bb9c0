package dev.gori.registry;

import dev.gori.http.Handler;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.id.Bytes;
import java.util.List;
import java.util.Map;

/// MLflow's API paths: each call stands below `/api/…` for clients and below `/ajax-api/…` for
/// pages.
final class Calls {

  /// The longest body of a call that writes, as in MLflow's own limit on a batch.
  private static final Bytes LONGEST_WRITE = Bytes.mebi(1);

  /// The longest body of a search: a filter of 100,000 characters and a thousand experiments.
  private static final Bytes LONGEST_SEARCH = Bytes.kibi(256);

  /// What a call that answers nothing answers.
  static final Map<String, String> NOTHING = Map.of();

  private final Routes routes;

  Calls(Routes routes) {
    this.routes = routes;
  }

  /// A call that only reads, whatever its method.
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

  /// A call that only reads, and whose cost depends on what is asked: a search.
  Calls search(String method, String path, Handler handler) {
    paths(path).forEach(full -> routes.query(method, full, handler).takes(LONGEST_SEARCH));
    return this;
  }

  /// A call that changes something, and so needs the environment's token.
  Calls write(String method, String path, Handler handler) {
    return write(method, path, LONGEST_WRITE, handler);
  }

  /// A call that changes something by a body that is longer than usual.
  Calls write(String method, String path, Bytes maxBody, Handler handler) {
    paths(path).forEach(full -> routes.guarded(method, full, handler).takes(maxBody));
    return this;
  }

  /// A call that changes something by a body that its handler reads as a stream.
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

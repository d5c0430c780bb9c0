package dev.gori.app;

import dev.gori.base.json.Json;
import dev.gori.http.ErrorFormat;
import dev.gori.http.Handler;
import dev.gori.http.Mount;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.List;
import java.util.function.Supplier;

/// `GET /ready` of an environment: the gateway's response, or 503 if background threads of the
/// environment have died, with the name, time and reason of each.
///
/// @param dead one sentence for each dead thread
record Readiness(Supplier<List<String>> dead) {

  private static final String PATH = "/ready";

  /// Wraps the mount with an empty prefix so that `/ready` answers 503 if a background thread has
  /// died.
  Mount around(Mount mount) {
    return mount.prefix().isEmpty() ? mount.with(this::unlessDead) : mount;
  }

  /// `/ready` of a process without a gateway.
  Mount mount() {
    var routes =
        new Routes(ErrorFormat.GORI)
            .get(PATH, _ -> Response.json(Json.object("status", "ready")))
            .alwaysOpen();
    return around(new Mount("", routes));
  }

  private Response unlessDead(Request request, Handler next) throws Exception {
    var response = next.handle(request);
    if (!request.template().equals(PATH) || response.status() >= 400 && response.status() < 500) {
      return response;
    }
    var all = dead.get();
    if (!all.isEmpty()) {
      throw new FaultException(Fault.BACKEND_DOWN, String.join("; ", all));
    }
    return response;
  }
}

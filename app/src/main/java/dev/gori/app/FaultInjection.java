package dev.gori.app;

import dev.gori.base.json.Json;
import dev.gori.http.ErrorFormat;
import dev.gori.http.Mount;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Injects faults into a role of one environment, for a drill: its routes answer 503 until a time
/// that is at most ten minutes ahead.
///
/// `PUT /api/v1/breakage/{role}` with `{"seconds": 60}` and the environment's token; `DELETE` ends
/// the fault early.
final class FaultInjection {

  private static final Duration LONGEST = Duration.ofMinutes(10);

  private final Time time;
  private final List<String> roles;
  private final Map<String, Instant> until = new ConcurrentHashMap<>();

  FaultInjection(Time time, List<String> roles) {
    this.time = time;
    this.roles = roles;
  }

  Mount mount() {
    return new Mount(
        "/api/v1/breakage",
        new Routes(ErrorFormat.GORI)
            .get("", _ -> Response.json(Json.object("broken", broken())))
            .guarded("PUT", "/{role}", this::begin)
            .guarded("DELETE", "/{role}", this::end));
  }

  /// Wraps a mount so that it answers every request with 503 while the fault is active.
  Mount around(String role, Mount mount) {
    return mount.with(
        (request, next) -> {
          if (isBroken(role)) {
            throw new FaultException(
                Fault.BACKEND_DOWN, "%s is broken on purpose by a drill".formatted(role));
          }
          return next.handle(request);
        });
  }

  private boolean isBroken(String role) {
    var end = until.get(role);
    return end != null && time.now().isBefore(end);
  }

  private Map<String, String> broken() {
    var broken = new TreeMap<String, String>();
    until.forEach(
        (role, end) -> {
          if (isBroken(role)) {
            broken.put(role, end.toString());
          }
        });
    return broken;
  }

  private Response begin(Request request) {
    var seconds = request.json().path("seconds");
    if (!seconds.isInt() || seconds.asInt() < 1 || seconds.asInt() > LONGEST.toSeconds()) {
      throw FaultException.badRequest(
          "seconds: %s (expected: 1 to %d)".formatted(seconds, LONGEST.toSeconds()));
    }
    until.put(role(request), time.now().plusSeconds(seconds.asInt()));
    return Response.json(Json.object("broken", broken()));
  }

  private Response end(Request request) {
    until.remove(role(request));
    return Response.json(Json.object("broken", broken()));
  }

  private String role(Request request) {
    var role = request.param("role");
    if (!roles.contains(role)) {
      throw new FaultException(
          Fault.NOT_FOUND,
          "role '%s' (expected: one of %s)".formatted(role, String.join(", ", roles)));
    }
    return role;
  }
}

package dev.gori.http;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.Fault;
import java.util.Locale;

/// How a protocol writes a failure. Handlers throw {@link dev.gori.kernel.fault.FaultException};
/// the server writes each in the format of the role's {@link Routes}.
@FunctionalInterface
public interface ErrorFormat {

  Response failure(Fault fault, String message);

  /// Gori's own: `{"error": {"code": "not_found", "message": "…"}}` with the fault's status.
  ErrorFormat GORI =
      (fault, message) ->
          Response.json(
              fault.status(),
              Json.object(
                  "error",
                  Json.object("code", fault.name().toLowerCase(Locale.ROOT), "message", message)));

  /// The bare message, for protocols that answer failures in plain text.
  ErrorFormat PLAIN = (fault, message) -> Response.text(fault.status(), message + "\n");
}

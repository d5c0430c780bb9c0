package dev.gori.http;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.Fault;
import java.util.Locale;

/// Each protocol words its failures in its own way, in one place. Roles throw faults, dialects
/// translate.
@FunctionalInterface
public interface Dialect {

  Reply failure(Fault fault, String message);

  /// Gori's own: `{"error": {"code": "not_found", "message": "…"}}` with the fault's status.
  Dialect GORI =
      (fault, message) ->
          Reply.json(
              fault.status(),
              Json.object(
                  "error",
                  Json.object("code", fault.name().toLowerCase(Locale.ROOT), "message", message)));

  /// The bare message, for protocols that answer failures in plain text.
  Dialect PLAIN = (fault, message) -> Reply.text(fault.status(), message + "\n");
}

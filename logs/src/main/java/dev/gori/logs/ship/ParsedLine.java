package dev.gori.logs.ship;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.label.Labels;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/// What the shipper reads out of a line: its moment and its level. The line itself is shipped as it
/// is.
///
/// @param nanos the moment; 0 when the line has none
record ParsedLine(long nanos, String level, String text) {

  private static final String UNKNOWN = "unknown";

  static ParsedLine of(String text) {
    try {
      var json = Json.parse(text);
      return new ParsedLine(
          nanos(json.path("ts").asString("")), json.path("level").asString(UNKNOWN), text);
    } catch (FaultException _) {
      return new ParsedLine(0, UNKNOWN, text);
    }
  }

  private static long nanos(String ts) {
    try {
      var at = Instant.parse(ts);
      return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
    } catch (DateTimeParseException | ArithmeticException _) {
      return 0;
    }
  }

  /// The stream of a role's lines: `gateway.log` serves, so its namespace is `serving-dev`; every
  /// other role has its own name.
  static Labels stream(String role, String level, EnvironmentName environment) {
    var app = role.equals("gateway") ? "serving" : role;
    return Labels.of(
        "namespace", app + "-" + environment, "app", app, "container", role, "level", level);
  }
}

package dev.gori.logs.ship;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.label.Labels;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/// A log line with the timestamp and level that the shipper parsed from it. The line is shipped
/// unchanged.
///
/// @param nanos timestamp in nanoseconds since the epoch; 0 when the line has none
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

  /// Returns the stream labels of a role's lines. The app of `gateway.log` is `serving`, so its
  /// namespace is for example `serving-dev`; the app of every other file is its role.
  static Labels stream(String role, String level, EnvironmentName environment) {
    var app = role.equals("gateway") ? "serving" : role;
    return Labels.of(
        "namespace", app + "-" + environment, "app", app, "container", role, "level", level);
  }
}

package dev.gori.http;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a server answered.
///
/// @param headers names in lower case
public record ClientResponse(int status, Map<String, List<String>> headers, byte[] body) {

  private static final int SHOWN = 300;

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /// The body's beginning, for messages.
  public String excerpt() {
    var whole =
        new String(body, 0, Math.min(body.length, 4 * SHOWN), StandardCharsets.UTF_8).strip();
    return whole.length() <= SHOWN ? whole : whole.substring(0, SHOWN) + "…";
  }

  /// The body as JSON.
  ///
  /// @param from what was asked, for the message
  /// @throws FaultException BACKEND_DOWN when it is none: the other side is not what we take it for
  public JsonNode json(Object from) {
    try {
      return Json.parse(body);
    } catch (FaultException e) {
      throw new FaultException(
          Fault.BACKEND_DOWN,
          "%s: status %d, and its body is no JSON: '%s'".formatted(from, status, excerpt()),
          e);
    }
  }

  public boolean isOk() {
    return status >= 200 && status < 300;
  }

  public Optional<String> header(String name) {
    return headers.entrySet().stream()
        .filter(entry -> entry.getKey().equalsIgnoreCase(name))
        .flatMap(entry -> entry.getValue().stream())
        .findFirst();
  }

  @Override
  public String toString() {
    return "Answer[status=%d, %d bytes]".formatted(status, body.length);
  }
}

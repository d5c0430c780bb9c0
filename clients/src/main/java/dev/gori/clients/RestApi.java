package dev.gori.clients;

import dev.gori.base.json.Json;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.OpenResources;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;

/// A REST API of Gori's own: JSON bodies, the environment's token, and errors in the form
/// `{"error": {"message": …}}`, which become `FaultException`s. Safe from any thread.
final class RestApi implements AutoCloseable {

  private static final String JSON = "application/json";

  private final String role;
  private final URI base;
  private final String prefix;
  private final Map<String, String> headers;
  private final HttpCalls calls;
  private final OpenResources open;
  private final AtomicBoolean closed = new AtomicBoolean();

  /// @param role for messages
  /// @param prefix of all paths, such as `/api/v1`; messages leave it out
  /// @param deadline of one call
  RestApi(String role, URI base, String prefix, Optional<String> token, Duration deadline) {
    this.role = role;
    this.base = URI.create(base.toString().replaceAll("/+$", ""));
    this.prefix = prefix;
    this.headers = token.map(HttpCalls::bearer).orElse(Map.of());
    this.calls = HttpCalls.within(deadline);
    this.open = OpenResources.mark("%s client %s".formatted(role, base));
  }

  URI base() {
    return base;
  }

  JsonNode get(String path) {
    return json(response(path), path);
  }

  /// @return empty for 404
  Optional<JsonNode> find(String path) {
    var response = response(path);
    return response.status() == 404 ? Optional.empty() : Optional.of(json(response, path));
  }

  /// The response to a GET, of any status.
  ClientResponse response(String path) {
    return calls.get(uri(path), headers);
  }

  JsonNode post(String path, Map<String, ?> body) {
    return post(path, body, Map.of());
  }

  JsonNode post(String path, Map<String, ?> body, Map<String, String> more) {
    var sent = new HashMap<>(headers);
    sent.putAll(more);
    return json(calls.post(uri(path), JSON, Json.write(body), sent), path);
  }

  JsonNode put(String path, Map<String, ?> body) {
    return json(calls.call("PUT", uri(path), JSON, Json.write(body), headers), path);
  }

  private URI uri(String path) {
    return URI.create(base + prefix + path);
  }

  private JsonNode json(ClientResponse response, String path) {
    if (response.isOk()) {
      return response.json(role + " " + path);
    }
    throw new FaultException(
        fault(response.status()), "%s %s: %s".formatted(role, path, message(response)));
  }

  /// The message of an error response, or its status and first characters.
  static String message(ClientResponse response) {
    try {
      var message = Json.parse(response.body()).path("error").path("message").asString("");
      return message.isEmpty() ? "status " + response.status() : message;
    } catch (FaultException _) {
      return "status %d: %s".formatted(response.status(), response.excerpt());
    }
  }

  private static Fault fault(int status) {
    for (var fault : Fault.values()) {
      if (fault.status() == status) {
        return fault;
      }
    }
    return status >= 500 ? Fault.BACKEND_DOWN : Fault.BAD_REQUEST;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      calls.close();
      open.closed();
    }
  }
}

package dev.gori.clients;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Sends one call to an MLflow server and turns its error dialect into faults.
final class MlflowRest implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String API = "/api/2.0/mlflow/";
  private static final long LONGEST_ANSWER = 64L << 20;

  private final String base;
  private final Optional<String> token;
  private final Duration deadline;
  private final HttpClient http;

  MlflowRest(URI base, Optional<String> token, Duration deadline) {
    this.base = base.toString().replaceAll("/+$", "");
    this.token = token;
    this.deadline = deadline;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  JsonNode get(String call, Map<String, String> query) {
    return json(request(API + call + encoded(query)).GET().build());
  }

  JsonNode send(String method, String call, Map<String, ?> body) {
    return send(method, call, body, Map.of());
  }

  JsonNode send(String method, String call, Map<String, ?> body, Map<String, String> headers) {
    var request =
        request(API + call)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    headers.forEach(request::header);
    return json(request.build());
  }

  JsonNode json(HttpRequest request) {
    var answer = exchange(request, whole(), deadline);
    return answer.statusCode() == 200
        ? parsed(request, answer.body())
        : refused(request, answer.statusCode(), answer.body());
  }

  /// @param path begins with `/`, and is encoded already
  HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(URI.create(base + path));
    token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    return request;
  }

  /// For an answer that is held in memory.
  static HttpResponse.BodyHandler<byte[]> whole() {
    return HttpResponse.BodyHandlers.limiting(
        HttpResponse.BodyHandlers.ofByteArray(), LONGEST_ANSWER);
  }

  Duration deadline() {
    return deadline;
  }

  /// @param within how long it may take until the handler has what it wants
  <T> HttpResponse<T> exchange(
      HttpRequest request, HttpResponse.BodyHandler<T> handler, Duration within) {
    var call = http.sendAsync(request, handler);
    try {
      return call.get(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      call.cancel(true);
      throw tooSlow(request, within, e);
    } catch (ExecutionException e) {
      var cause = e.getCause();
      if (cause instanceof HttpTimeoutException) {
        throw tooSlow(request, within, cause);
      }
      var why =
          cause == null || cause.getMessage() == null ? String.valueOf(cause) : cause.getMessage();
      throw new FaultException(
          Fault.BACKEND_DOWN,
          "%s: the registry does not answer: %s".formatted(shown(request), why),
          e);
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw new FaultException(Fault.TIMED_OUT, "%s: interrupted".formatted(shown(request)), e);
    }
  }

  private static FaultException tooSlow(HttpRequest request, Duration within, Throwable cause) {
    return new FaultException(
        Fault.TIMED_OUT,
        "%s: no whole answer (expected: one within %d ms)"
            .formatted(shown(request), within.toMillis()),
        cause);
  }

  JsonNode refused(HttpRequest request, int status, byte[] body) {
    String code = "";
    var said = new String(body, 0, Math.min(body.length, 500), StandardCharsets.UTF_8);
    try {
      var error = JSON.readTree(body);
      code = error.path("error_code").asString("");
      said = error.path("message").asString(said);
    } catch (JacksonException _) {
      // Not in MLflow's dialect, such as a proxy's page: the text as it came has to do.
    }
    throw new FaultException(
        fault(status, code),
        "%s: %s".formatted(shown(request), said.isBlank() ? "status " + status : said));
  }

  private static Fault fault(int status, String code) {
    if (code.equals("RESOURCE_ALREADY_EXISTS")) {
      return Fault.CONFLICT;
    }
    return switch (status) {
      case 400 -> Fault.BAD_REQUEST;
      case 401 -> Fault.UNAUTHENTICATED;
      case 403 -> Fault.FORBIDDEN;
      case 404 -> Fault.NOT_FOUND;
      case 409 -> Fault.CONFLICT;
      case 413 -> Fault.TOO_LARGE;
      case 429 -> Fault.TOO_BUSY;
      case 504 -> Fault.TIMED_OUT;
      case 507 -> Fault.STORAGE_FULL;
      default -> Fault.BACKEND_DOWN;
    };
  }

  private static JsonNode parsed(HttpRequest request, byte[] body) {
    try {
      return JSON.readTree(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body);
    } catch (JacksonException e) {
      throw new FaultException(
          Fault.BACKEND_DOWN,
          "%s: no JSON came back; is this an MLflow server?".formatted(shown(request)),
          e);
    }
  }

  private static String shown(HttpRequest request) {
    return request.method() + " " + request.uri();
  }

  static String encoded(Map<String, String> query) {
    var joined =
        new TreeMap<>(query)
            .entrySet().stream()
                .map(
                    entry ->
                        entry.getKey()
                            + "="
                            + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    return joined.isEmpty() ? "" : "?" + joined;
  }

  /// What is under way fails: a server that never answers must not keep the caller from closing.
  @Override
  public void close() {
    http.shutdownNow();
  }
}

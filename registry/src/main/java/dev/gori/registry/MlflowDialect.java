package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.http.ErrorFormat;
import dev.gori.http.Response;
import dev.gori.kernel.fault.Fault;

/// MLflow's error format: `{"error_code", "message"}` with MLflow's own statuses, including its
/// exceptions.
final class MlflowDialect implements ErrorFormat {

  @Override
  public Response failure(Fault fault, String message) {
    return switch (fault) {
      case BAD_REQUEST, UNPROCESSABLE -> reply(400, "INVALID_PARAMETER_VALUE", message);
      case UNAUTHENTICATED -> reply(401, "UNAUTHENTICATED", message);
      case FORBIDDEN -> reply(403, "PERMISSION_DENIED", message);
      case NOT_FOUND -> reply(404, "RESOURCE_DOES_NOT_EXIST", message);
      case METHOD_NOT_ALLOWED, REQUEST_TIMEOUT, MISDIRECTED, UNSUPPORTED_MEDIA_TYPE, CLIENT_GONE ->
          reply(fault.status(), "BAD_REQUEST", message);
      case CONFLICT ->
          reply(400, "RESOURCE_ALREADY_EXISTS", message); // 400, not 409: clients expect it
      case PRECONDITION_FAILED -> reply(409, "RESOURCE_CONFLICT", message);
      case TOO_LARGE -> reply(413, "BAD_REQUEST", message);
      case TOO_BUSY -> reply(429, "REQUEST_LIMIT_EXCEEDED", message);
      case BACKEND_DOWN -> reply(503, "TEMPORARILY_UNAVAILABLE", message);
      case TIMED_OUT -> reply(504, "DEADLINE_EXCEEDED", message);
      case STORAGE_FULL -> reply(507, "RESOURCE_EXHAUSTED", message);
      case BROKEN_INVARIANT -> reply(500, "INTERNAL_ERROR", message);
    };
  }

  /// The response on which clients of newer servers fall back to older calls.
  static Response noSuchEndpoint(String method, String path) {
    return reply(
        404,
        "ENDPOINT_NOT_FOUND",
        "%s %s: not one of this registry's calls; see docs/compat/mlflow.md"
            .formatted(method, path));
  }

  private static Response reply(int status, String code, String message) {
    return Response.json(status, Json.object("error_code", code, "message", message));
  }
}

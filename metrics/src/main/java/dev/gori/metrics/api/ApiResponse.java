package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import dev.gori.http.ErrorFormat;
import dev.gori.http.Response;
import dev.gori.kernel.fault.Fault;
import dev.gori.promql.QueryResult;
import java.util.List;
import java.util.Optional;

/// Prometheus's response envelope: `{"status":"success","data":…}` or
/// `{"status":"error","errorType":…,"error":…}`.
final class ApiResponse {

  /// Prometheus's error format.
  static final ErrorFormat ERROR_FORMAT =
      (fault, message) -> {
        if (fault == Fault.NOT_FOUND) {
          return plain(404, "404 page not found\n");
        }
        if (fault == Fault.METHOD_NOT_ALLOWED) {
          return plain(405, "Method Not Allowed\n");
        }
        var kind =
            switch (fault) {
              case BAD_REQUEST,
                  METHOD_NOT_ALLOWED,
                  REQUEST_TIMEOUT,
                  MISDIRECTED,
                  CLIENT_GONE,
                  CONFLICT,
                  PRECONDITION_FAILED,
                  TOO_LARGE,
                  UNSUPPORTED_MEDIA_TYPE ->
                  "bad_data";
              case UNPROCESSABLE -> "execution";
              case TIMED_OUT -> "timeout";
              case NOT_FOUND -> "not_found";
              case TOO_BUSY, BACKEND_DOWN -> "unavailable";
              case UNAUTHENTICATED, FORBIDDEN -> "unauthorized";
              case STORAGE_FULL, BROKEN_INVARIANT -> "internal";
            };
        int status = fault == Fault.TIMED_OUT ? 503 : fault.status();
        return failure(status, kind, message);
      };

  private ApiResponse() {}

  /// Errors outside the API, as Go's HTTP server writes them.
  private static Response plain(int status, String text) {
    return Response.text(status, text).header("X-Content-Type-Options", "nosniff");
  }

  static Response failure(int status, String kind, String message) {
    return Response.json(
        status, Json.object("status", "error", "errorType", kind, "error", message));
  }

  static Response data(Object data) {
    return Response.json(Json.object("status", "success", "data", data));
  }

  static Response data(Object data, List<String> warnings) {
    return warnings.isEmpty()
        ? data(data)
        : Response.json(Json.object("status", "success", "data", data, "warnings", warnings));
  }

  /// The response to a query. A large one is streamed.
  ///
  /// @param stats query statistics, if requested
  static Response answer(QueryResult answer, Optional<Object> stats) {
    var json = new QueryResultJson(answer, stats);
    return json.isLong()
        ? Response.stream("application/json", json)
        : Response.bytes(200, "application/json", json.whole());
  }
}

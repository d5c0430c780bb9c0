package dev.gori.metrics.api;

import com.google.re2j.Pattern;
import dev.gori.http.GzipFilter;
import dev.gori.http.Handler;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Regex;

/// Compresses responses of the API, and adds CORS headers.
final class CorsAndGzipFilter {

  private final boolean isShared;
  private final Pattern allowed;

  /// @param origins regular expression that matches a whole origin, as in `--web.cors.origin`;
  ///   empty for none
  CorsAndGzipFilter(String origins) {
    this.isShared = !origins.isEmpty();
    this.allowed = Regex.anchored(origins);
  }

  Handler around(Handler handler) {
    var packing = GzipFilter.around(handler);
    return request -> shared(request, answer(packing, request));
  }

  /// Converts client errors here, so that they get the headers too; other errors are for the
  /// server.
  private static Response answer(Handler handler, Request request) throws Exception {
    try {
      return handler.handle(request);
    } catch (FaultException e) {
      if (e.fault().blame() == Fault.Blame.CALLER) {
        return ApiResponse.ERROR_FORMAT.failure(e.fault(), e.reason());
      }
      throw e;
    }
  }

  private Response shared(Request request, Response reply) {
    if (!isShared) {
      return reply;
    }
    var origin = request.header("Origin").orElse("");
    reply.header("Vary", "Origin");
    if (origin.isEmpty()) {
      return reply;
    }
    reply
        .header("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Origin")
        .header("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
        .header("Access-Control-Expose-Headers", "Date");
    return allowed.matches(origin) ? reply.header("Access-Control-Allow-Origin", origin) : reply;
  }
}

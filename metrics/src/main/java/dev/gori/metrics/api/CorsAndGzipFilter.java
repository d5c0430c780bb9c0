package dev.gori.metrics.api;

import com.google.re2j.Pattern;
import dev.gori.http.GzipFilter;
import dev.gori.http.Handler;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Regex;

/// How the API speaks HTTP whatever is asked: packed answers, and the headers that let a page of
/// another origin read them.
final class CorsAndGzipFilter {

  private final boolean isShared;
  private final Pattern allowed;

  /// @param origins a regular expression over the whole of an origin, as `--web.cors.origin`; empty
  ///   for none
  CorsAndGzipFilter(String origins) {
    this.isShared = !origins.isEmpty();
    this.allowed = Regex.whole(origins);
  }

  Handler around(Handler handler) {
    var packing = GzipFilter.around(handler);
    return request -> shared(request, answer(packing, request));
  }

  /// A caller's fault is answered here, so that it has the headers too; everything else is the
  /// server's matter.
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

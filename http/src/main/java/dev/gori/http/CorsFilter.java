package dev.gori.http;

import com.google.re2j.Pattern;
import dev.gori.kernel.label.Regex;

/// Cross-origin resource sharing as Prometheus does it: the headers that let a page of another
/// origin read every response, failures too.
public final class CorsFilter implements Filter {

  private final boolean isOn;
  private final Pattern origins;

  /// @param origins a regular expression that matches the whole of an allowed origin, as
  ///   Prometheus's `--web.cors.origin`; empty for none
  public CorsFilter(String origins) {
    this.isOn = !origins.isEmpty();
    this.origins = Regex.anchored(origins);
  }

  @Override
  public Response filter(Request request, Handler next) throws Exception {
    var response = next.handle(request);
    if (!isOn) {
      return response;
    }
    var origin = request.header("Origin").orElse("");
    response.header("Vary", "Origin");
    if (origin.isEmpty()) {
      return response;
    }
    response
        .header("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Origin")
        .header("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
        .header("Access-Control-Expose-Headers", "Date");
    return origins.matches(origin)
        ? response.header("Access-Control-Allow-Origin", origin)
        : response;
  }
}

package dev.gori.registry;

import dev.gori.http.Request;
import dev.gori.registry.Aliases.Because;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// The user and the reason of a request, from the percent-encoded headers `X-Gori-User` and
/// `X-Gori-Reason`; without the former, the user is the `User-Agent`.
final class Caller {

  private static final int LONGEST = 2000;

  private Caller() {}

  static Because because(Request request) {
    var client = request.header("User-Agent").orElse("unknown client");
    return new Because(said(request, "X-Gori-User", client), said(request, "X-Gori-Reason", ""));
  }

  private static String said(Request request, String header, String otherwise) {
    var text =
        request
            .header(header)
            .map(Caller::decoded)
            .filter(value -> !value.isBlank())
            .orElse(otherwise);
    return text.substring(0, Math.min(LONGEST, text.length()));
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return value;
    }
  }
}

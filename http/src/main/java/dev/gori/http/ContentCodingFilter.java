package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import java.util.Set;

/// Answers 415 to a body in a content coding that its route does not accept. {@link Request#body}
/// and {@link Request#bodyStream} decode the others.
///
/// @param accepted by the route
record ContentCodingFilter(Set<ContentCoding> accepted, ErrorFormat format) implements Filter {

  @Override
  public Response filter(Request request, Handler next) throws Exception {
    var name = request.header("Content-Encoding").orElse("");
    if (ContentCoding.isIdentity(name)
        || ContentCoding.of(name).filter(accepted::contains).isPresent()) {
      return next.handle(request);
    }
    var names = accepted.stream().sorted().map(ContentCoding::toString).toList();
    return format
        .failure(
            Fault.UNSUPPORTED_MEDIA_TYPE,
            "Content-Encoding: '%s' (expected: %s)"
                .formatted(
                    name, names.isEmpty() ? "none" : String.join(" or ", names) + ", or none"))
        .header("Accept-Encoding", names.isEmpty() ? "identity" : String.join(", ", names));
  }
}

package dev.gori.serving.gateway;

import dev.gori.http.Attribute;
import dev.gori.http.Filter;
import dev.gori.http.Handler;
import dev.gori.http.Request;
import dev.gori.http.Response;

/// Adds `X-Model-Version` and `X-Model-Run-Id` to the response, a failure too, of a request that a
/// model served.
final class ModelHeaders implements Filter {

  /// The model that served the request.
  static final Attribute<ServedBy> SERVED_BY = Attribute.of("served by", ServedBy.class);

  @Override
  public Response filter(Request request, Handler next) throws Exception {
    var response = next.handle(request);
    return request.attribute(SERVED_BY).map(model -> add(response, model)).orElse(response);
  }

  static Response add(Response response, ServedBy model) {
    return response.header(model.versionLine()).header(model.runLine());
  }
}

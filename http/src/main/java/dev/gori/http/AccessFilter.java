package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;

/// Lets a request through whose host is a name of the server and that shows the token, where its
/// route needs one.
///
/// @param needsToken whether the route needs the server's token, if it has one
record AccessFilter(AllowedHosts hosts, HttpServer.Limits limits, boolean needsToken)
    implements Filter {

  @Override
  public Response filter(Request request, Handler next) throws Exception {
    hosts.check(request.header("Host"));
    if (needsToken && limits.token() != null) {
      checkToken(request);
    }
    return next.handle(request);
  }

  private static void checkToken(Request request) {
    if (HelidonRequest.bearer(request.header("Authorization")).isEmpty()) {
      throw new FaultException(
          Fault.UNAUTHENTICATED,
          "no token (expected: the header 'Authorization: Bearer TOKEN' of this environment)");
    }
    if (!request.showsToken()) {
      throw new FaultException(
          Fault.FORBIDDEN,
          "this token is not this environment's (expected: 'Authorization: Bearer TOKEN'"
              + " with its own)");
    }
  }
}

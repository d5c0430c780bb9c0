package dev.gori.http;

/// Runs around the handlers of a role's routes, such as an access log or CORS ({@link
/// Routes#filter}).
///
/// The next handler never throws: a failure has become a response in the role's {@link
/// ErrorFormat}, so that a filter sees every response that its client sees. What the filter itself
/// throws becomes such a response too.
@FunctionalInterface
public interface Filter {

  /// @param next the rest of the chain: the filters after this one, the checks of host and token,
  ///   and the handler
  Response filter(Request request, Handler next) throws Exception;
}

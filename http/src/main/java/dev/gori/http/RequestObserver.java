package dev.gori.http;

/// Is told of every request to a role's routes, for its metrics and its access log.
public interface RequestObserver {

  void began(Request request);

  /// @param nanos from the first byte of the request's head to the end of the answer
  void ended(Request request, int status, long nanos);
}

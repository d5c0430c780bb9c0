package dev.gori.http;

/// Answers one request. A {@link dev.gori.kernel.fault.FaultException} becomes a response in the
/// role's {@link ErrorFormat}; any other exception becomes one with status 500.
@FunctionalInterface
public interface Handler {
  Response handle(Request request) throws Exception;
}

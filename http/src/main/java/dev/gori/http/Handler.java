package dev.gori.http;

/// Answers one request. A {@link dev.gori.kernel.fault.FaultException} becomes the dialect's
/// failure; anything else a fault of ours.
@FunctionalInterface
public interface Handler {
  Response handle(Request request) throws Exception;
}

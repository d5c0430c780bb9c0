package dev.gori.templates;

/// Thrown by a function that was called with something it cannot take; the template's place is
/// added by whoever runs it.
public final class CallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CallException(String message) {
    super(message, null, false, false);
  }
}

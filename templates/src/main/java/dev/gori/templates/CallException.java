package dev.gori.templates;

/// Thrown by a function for arguments that it does not accept; the execution adds the file and line
/// of the template.
public final class CallException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CallException(String message) {
    super(message, null, false, false);
  }
}

package dev.gori.kernel.fault;

/// A failure that the caller sees. Its message has the actual value, the expected value and the
/// remedy.
public final class FaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Fault fault;

  public FaultException(Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  public FaultException(Fault fault, String message, Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  public static FaultException badRequest(String message) {
    return new FaultException(Fault.BAD_REQUEST, message);
  }

  public static FaultException notFound(String message) {
    return new FaultException(Fault.NOT_FOUND, message);
  }

  public Fault fault() {
    return fault;
  }

  /// The message; never null, unlike {@link #getMessage}.
  public String reason() {
    var message = getMessage();
    return message == null ? fault.name() : message;
  }
}

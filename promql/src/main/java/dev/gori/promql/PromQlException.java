package dev.gori.promql;

/// A query that could not be parsed or evaluated. The message is the one that Prometheus gives.
public final class PromQlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// The kind of error, as the HTTP API reports it.
  public enum Kind {
    /// The text is no PromQL: `bad_data`.
    PARSE,
    /// The query exceeds a limit: `bad_data`.
    BAD_RANGE,
    /// The data does not allow the operation: `execution`.
    EXECUTION,
    /// Too many samples: `execution`.
    TOO_MANY_SAMPLES,
    /// It took too long: `timeout`.
    TIMEOUT,
    /// The caller canceled it: `canceled`.
    CANCELED
  }

  private final Kind kind;

  public PromQlException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /// The message; never absent, unlike a throwable's.
  public String reason() {
    var message = getMessage();
    return message == null ? kind.name() : message;
  }

  static PromQlException execution(String message) {
    return new PromQlException(Kind.EXECUTION, message);
  }
}

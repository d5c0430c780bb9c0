package dev.gori.promql;

/// A query that could not be read or evaluated, with the words that Prometheus's users know.
public final class PromQlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What went wrong, as the HTTP API tells it apart.
  public enum Kind {
    /// The text is no PromQL: `bad_data`.
    PARSE,
    /// The query asks for more than it may: `bad_data`.
    BAD_RANGE,
    /// The data does not allow the operation: `execution`.
    EXECUTION,
    /// Too many samples: `execution`.
    TOO_MANY_SAMPLES,
    /// It took too long: `timeout`.
    TIMEOUT,
    /// Its caller went away: `canceled`.
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

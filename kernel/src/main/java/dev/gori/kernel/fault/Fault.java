package dev.gori.kernel.fault;

/// Every failure that a caller can see, with the party that has to act.
public enum Fault {
  BAD_REQUEST(Blame.CALLER, 400),
  UNAUTHENTICATED(Blame.CALLER, 401),
  FORBIDDEN(Blame.CALLER, 403),
  NOT_FOUND(Blame.CALLER, 404),
  METHOD_NOT_ALLOWED(Blame.CALLER, 405),
  /// The request did not arrive within the server's timeout.
  REQUEST_TIMEOUT(Blame.CALLER, 408),
  CONFLICT(Blame.CALLER, 409),
  PRECONDITION_FAILED(Blame.CALLER, 412),
  TOO_LARGE(Blame.CALLER, 413),
  /// The body is in a media type or a content coding that is not accepted.
  UNSUPPORTED_MEDIA_TYPE(Blame.CALLER, 415),
  /// The request names a host that this server does not serve.
  MISDIRECTED(Blame.CALLER, 421),
  UNPROCESSABLE(Blame.CALLER, 422),
  TOO_BUSY(Blame.LOAD, 429),
  /// The client closed the connection before its request was complete. The client gets no response;
  /// the status, which nginx introduced, is for logs and metrics.
  CLIENT_GONE(Blame.CALLER, 499),
  BACKEND_DOWN(Blame.OTHER_SYSTEM, 503),
  TIMED_OUT(Blame.OTHER_SYSTEM, 504),
  STORAGE_FULL(Blame.OPERATOR, 507),
  BROKEN_INVARIANT(Blame.US, 500);

  /// Who has to act.
  public enum Blame {
    CALLER,
    LOAD,
    OTHER_SYSTEM,
    OPERATOR,
    US
  }

  private final Blame blame;
  private final int status;

  Fault(Blame blame, int status) {
    this.blame = blame;
    this.status = status;
  }

  public Blame blame() {
    return blame;
  }

  /// The HTTP status, unless a protocol specifies another.
  public int status() {
    return status;
  }
}

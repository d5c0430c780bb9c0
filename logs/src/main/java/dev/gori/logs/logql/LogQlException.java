package dev.gori.logs.logql;

/// A query that cannot be parsed or evaluated. The message of a parse error begins with its
/// position, `line:column: `.
public final class LogQlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;

  LogQlException(int line, int column, String reason) {
    super(line + ":" + column + ": " + reason);
    this.line = line;
    this.column = column;
  }

  LogQlException(String reason) {
    super(reason);
    this.line = 0;
    this.column = 0;
  }

  /// The line of a parse error, from 1; 0 when the evaluation failed.
  public int line() {
    return line;
  }

  public int column() {
    return column;
  }

  public String reason() {
    var message = getMessage();
    return message == null ? "" : message;
  }
}

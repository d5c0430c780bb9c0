package dev.gori.promql.syntax;

/// A text that is not valid PromQL. The message has Prometheus's form: `1:5: parse error:
/// unexpected …`.
public final class ParseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Span span;
  private final String problem;

  public ParseException(String query, Span span, String problem) {
    super(
        (query.isEmpty() ? "unknown position" : span.position(query))
            + ": parse error: "
            + problem);
    this.span = span;
    this.problem = problem;
  }

  /// The position in the text.
  public Span span() {
    return span;
  }

  /// The message without position and prefix.
  public String problem() {
    return problem;
  }
}

package dev.gori.promql.syntax;

/// A part of a query's text, in characters from its start.
///
/// @param end exclusive
public record Span(int start, int end) {

  /// From the start of this to the end of the other.
  public Span to(Span last) {
    return new Span(start, last.end);
  }

  /// The start in messages: `line:column`, both from 1.
  public String position(String query) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(start, query.length()); i++) {
      if (query.charAt(i) == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
    return line + ":" + column;
  }

  public String text(String query) {
    return query.substring(Math.min(start, query.length()), Math.min(end, query.length()));
  }
}

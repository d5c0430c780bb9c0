package dev.gori.logs.logql;

/// A token of a query and its offset.
///
/// @param text as written; of a quoted string its value
/// @param at offset in the query
record Token(Kind kind, String text, int at) {

  enum Kind {
    IDENTIFIER,
    STRING,
    NUMBER, // also with a unit: 5m, 20KB
    SYMBOL,
    FLAG, // --strict
    END
  }

  boolean isSymbol(String sign) {
    return kind == Kind.SYMBOL && text.equals(sign);
  }

  boolean isIdentifier(String name) {
    return kind == Kind.IDENTIFIER && text.equals(name);
  }

  /// How an error message names the token.
  String shown() {
    return switch (kind) {
      case END -> "the end of the query";
      case STRING -> "the string \"" + text + "\"";
      case IDENTIFIER, NUMBER, SYMBOL, FLAG -> "'" + text + "'";
    };
  }
}

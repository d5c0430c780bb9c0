package dev.gori.logs.logql;

/// A piece of a query and where it begins.
///
/// @param text as written; of a text in quotes what it stands for
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

  /// How it is named in a message.
  String shown() {
    return switch (kind) {
      case END -> "the end of the query";
      case STRING -> "the text \"" + text + "\"";
      case IDENTIFIER, NUMBER, SYMBOL, FLAG -> "'" + text + "'";
    };
  }
}

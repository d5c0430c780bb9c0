package dev.gori.logs.logql;

/// A piece of a query and where it begins.
///
/// @param text as written; of a text in quotes what it stands for
/// @param at offset in the query
record Token(Kind kind, String text, int at) {

  enum Kind {
    NAME,
    TEXT,
    NUMBER, // also with a unit: 5m, 20KB
    SIGN,
    FLAG, // --strict
    END
  }

  boolean isSign(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  /// How it is named in a message.
  String shown() {
    return switch (kind) {
      case END -> "the end of the query";
      case TEXT -> "the text \"" + text + "\"";
      case NAME, NUMBER, SIGN, FLAG -> "'" + text + "'";
    };
  }
}

package dev.gori.templates;

/// One token of a template, with its first line.
record Token(Kind kind, String text, int line) {

  enum Kind {
    TEXT,
    LEFT,
    RIGHT,
    SPACE,
    NAME,
    FIELD,
    DOT,
    VARIABLE,
    STRING,
    NUMBER,
    CHARACTER,
    PIPE,
    OPEN,
    CLOSE,
    COMMA,
    DECLARE,
    ASSIGN,
    END
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  /// Its text in messages.
  String shown() {
    return switch (kind) {
      case END -> "end of template";
      case LEFT -> "\"{{\"";
      case RIGHT -> "\"}}\"";
      case SPACE -> "space";
      case STRING -> '"' + text + '"';
      default -> "<" + text + ">";
    };
  }
}

package dev.gori.base.observe;

/// Escapes text from requests in log lines: it can neither begin a line of its own nor add a
/// `key=value` pair to its line.
public final class LogText {

  private LogText() {}

  /// The text on one line: control characters other than tab are written as a backslash with `n`,
  /// `r` or a code, like `u001b`, and so are the line separators of Unicode.
  public static String oneLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isControl(text.charAt(i))) {
        return escaped(text);
      }
    }
    return text;
  }

  /// A value of a `key=value` pair: as it is where it is one plain word, else quoted with escapes,
  /// as logfmt has it.
  public static String value(Object value) {
    var text = String.valueOf(value);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == '"' || c == '=' || isControl(c)) {
        return quoted(text);
      }
    }
    return text.isEmpty() ? "\"\"" : text;
  }

  /// The text in quotes, with escapes.
  public static String quoted(String text) {
    return '"' + oneLine(text.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
  }

  private static boolean isControl(char c) {
    return Character.isISOControl(c) && c != '\t' || c == '\u2028' || c == '\u2029';
  }

  private static String escaped(String text) {
    var safe = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\n' -> safe.append("\\n");
        case '\r' -> safe.append("\\r");
        default -> {
          if (isControl(c)) {
            safe.append("\\u").append(Integer.toHexString(0x10000 + c), 1, 5);
          } else {
            safe.append(c);
          }
        }
      }
    }
    return safe.toString();
  }
}

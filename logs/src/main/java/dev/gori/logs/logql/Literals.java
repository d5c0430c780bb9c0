package dev.gori.logs.logql;

import dev.gori.kernel.gotext.GoString;

/// Writes strings and numbers as LogQL literals.
final class Literals {

  private Literals() {}

  static String quoted(String text) {
    if (text.indexOf('\\') >= 0 && text.indexOf('`') < 0) {
      return "`" + text + "`";
    }
    return GoString.quote(text);
  }

  /// Writes a whole number without a fraction.
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}

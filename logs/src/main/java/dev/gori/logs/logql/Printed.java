package dev.gori.logs.logql;

/// Texts as a query writes them.
final class Printed {

  private Printed() {}

  static String quoted(String text) {
    if (text.indexOf('\\') >= 0 && text.indexOf('`') < 0) {
      return "`" + text + "`";
    }
    return '"'
        + text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\t", "\\t")
            .replace("\r", "\\r")
        + '"';
  }

  /// A number without a needless fraction.
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}

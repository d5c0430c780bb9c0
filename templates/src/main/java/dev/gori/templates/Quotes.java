package dev.gori.templates;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Go's string literals: reading their escapes, and writing them as `%q` does.
public final class Quotes {

  private Quotes() {}

  /// @param inner what stands between the quotes
  /// @throws IllegalArgumentException for an escape that Go does not know
  static String unquoted(String inner) {
    if (inner.indexOf('\\') < 0) {
      return inner;
    }
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < inner.length(); ) {
      int point = inner.codePointAt(i);
      i += Character.charCount(point);
      if (point != '\\') {
        bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
      } else {
        i = escape(inner, i, bytes);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int escape(String inner, int at, ByteArrayOutputStream bytes) {
    char c = at < inner.length() ? inner.charAt(at) : ' ';
    switch (c) {
      case 'a' -> bytes.write(7);
      case 'b' -> bytes.write(8);
      case 'f' -> bytes.write(12);
      case 'n' -> bytes.write('\n');
      case 'r' -> bytes.write('\r');
      case 't' -> bytes.write('\t');
      case 'v' -> bytes.write(11);
      case '\\', '"', '\'' -> bytes.write(c);
      case 'x' -> bytes.write(digits(inner, at + 1, 2, 16));
      case 'u' ->
          bytes.writeBytes(
              Character.toString(digits(inner, at + 1, 4, 16)).getBytes(StandardCharsets.UTF_8));
      case 'U' ->
          bytes.writeBytes(
              Character.toString(digits(inner, at + 1, 8, 16)).getBytes(StandardCharsets.UTF_8));
      case '0', '1', '2', '3', '4', '5', '6', '7' -> bytes.write(digits(inner, at, 3, 8));
      default -> throw unknown(inner);
    }
    return at
        + switch (c) {
          case 'x' -> 3;
          case 'u' -> 5;
          case 'U' -> 9;
          case '0', '1', '2', '3', '4', '5', '6', '7' -> 3;
          default -> 1;
        };
  }

  private static int digits(String inner, int from, int count, int radix) {
    if (from + count > inner.length()) {
      throw unknown(inner);
    }
    try {
      return Integer.parseInt(inner.substring(from, from + count), radix);
    } catch (NumberFormatException _) {
      throw unknown(inner);
    }
  }

  private static IllegalArgumentException unknown(String inner) {
    return new IllegalArgumentException(
        "invalid escape in \"%s\" (expected: \\n, \\t, \\\", \\\\, \\xHH, \\uHHHH …)"
            .formatted(inner));
  }

  /// The text as a Go literal, every character that does not print escaped.
  ///
  /// @param asciiOnly whether all beyond ASCII is escaped too
  public static String quoted(String text, char quote, boolean asciiOnly) {
    var out = new StringBuilder().append(quote);
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case 7 -> out.append("\\a");
                case 8 -> out.append("\\b");
                case 12 -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 11 -> out.append("\\v");
                case '\\' -> out.append("\\\\");
                default -> plain(out, point, quote, asciiOnly);
              }
            });
    return out.append(quote).toString();
  }

  private static void plain(StringBuilder out, int point, char quote, boolean asciiOnly) {
    if (point == quote) {
      out.append('\\').append(quote);
    } else if (point < ' ' || point == 0x7f) {
      out.append("\\x%02x".formatted(point));
    } else if (isPrintable(point) && !(asciiOnly && point > 0x7f)) {
      out.appendCodePoint(point);
    } else {
      out.append(point > 0xffff ? "\\U%08x".formatted(point) : "\\u%04x".formatted(point));
    }
  }

  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> point == ' ';
      default -> true;
    };
  }
}

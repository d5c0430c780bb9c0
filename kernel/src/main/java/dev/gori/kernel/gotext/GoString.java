package dev.gori.kernel.gotext;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/// Go's `strconv.Quote` and `strconv.Unquote`.
///
/// A Go string can hold any bytes. Here a byte that is not valid UTF-8 is a lone surrogate, U+DC00
/// plus the byte, so that {@link #quote(String)} can write it as `\xNN`.
public final class GoString {

  private static final String LETTERS = "abfnrtv\\'\"";
  private static final String MEANINGS = "\u0007\b\f\n\r\t\u000b\\'\"";
  private static final int RAW_BYTE = 0xdc00;

  private GoString() {}

  /// The text in double quotes, with non-printable characters escaped: `%q`.
  public static String quote(String text) {
    return quote(text, '"', false);
  }

  /// @param quote the quote around the text, which is escaped inside: `"` or `'`
  /// @param ascii whether non-ASCII characters are escaped too: `%+q`
  public static String quote(String text, char quote, boolean ascii) {
    var out = new StringBuilder(text.length() + 2).append(quote);
    text.codePoints().forEach(point -> escape(out, point, quote, ascii));
    return out.append(quote).toString();
  }

  private static void escape(StringBuilder out, int point, char quote, boolean ascii) {
    int letter = point == '\'' || point == '"' ? -1 : MEANINGS.indexOf(point);
    if (letter >= 0 || point == quote) {
      out.append('\\').append(letter >= 0 ? LETTERS.charAt(letter) : quote);
    } else if (isRawByte(point)) {
      hex(out.append("\\x"), point - RAW_BYTE, 2);
    } else if (Character.getType(point) == Character.SURROGATE) {
      out.append(ascii ? "\\ufffd" : "\ufffd");
    } else if (point < ' ' || point == 0x7f) {
      hex(out.append("\\x"), point, 2);
    } else if (isPrintable(point) && !(ascii && point > 0x7f)) {
      out.appendCodePoint(point);
    } else {
      hex(out.append(point > 0xffff ? "\\U" : "\\u"), point, point > 0xffff ? 8 : 4);
    }
  }

  private static void hex(StringBuilder out, int value, int digits) {
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      out.append(Character.forDigit(value >> shift & 0xf, 16));
    }
  }

  private static boolean isRawByte(int point) {
    return point >= RAW_BYTE + 0x80 && point <= RAW_BYTE + 0xff;
  }

  /// Go's `unicode.IsPrint`.
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

  /// The value of a literal.
  ///
  /// @param inner the text between the quotes; it may escape either quote
  /// @throws IllegalArgumentException for an escape that Go does not know, with Prometheus's reason
  public static String unquote(String inner) {
    if (inner.indexOf('\\') < 0) {
      return inner;
    }
    var bytes = new ByteArrayOutputStream(inner.length());
    for (int i = 0; i < inner.length(); ) {
      int point = inner.codePointAt(i);
      i += Character.charCount(point);
      if (point == '\\') {
        i = unescape(inner, i, bytes);
      } else if (isRawByte(point)) {
        bytes.write(point - RAW_BYTE);
      } else {
        write(point, bytes);
      }
    }
    return decode(bytes.toByteArray());
  }

  private static void write(int point, ByteArrayOutputStream to) {
    to.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
  }

  private static int unescape(String inner, int at, ByteArrayOutputStream to) {
    if (at == inner.length()) {
      throw new IllegalArgumentException("escape sequence not terminated");
    }
    int c = inner.codePointAt(at);
    int letter = LETTERS.indexOf(c);
    if (letter >= 0) {
      to.write(MEANINGS.charAt(letter));
      return at + 1;
    }
    return switch (c) {
      case 'x' -> number(inner, at + 1, 2, 16, to);
      case 'u' -> number(inner, at + 1, 4, 16, to);
      case 'U' -> number(inner, at + 1, 8, 16, to);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> number(inner, at, 3, 8, to);
      default ->
          throw new IllegalArgumentException(
              "unknown escape sequence U+%04X '%s'".formatted(c, Character.toString(c)));
    };
  }

  private static int number(
      String inner, int from, int digits, int radix, ByteArrayOutputStream to) {
    long value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = i < inner.length() ? Character.digit(inner.charAt(i), radix) : -1;
      if (digit < 0 || inner.charAt(i) > 'f') {
        throw invalidCodePoint();
      }
      value = value * radix + digit;
    }
    if (digits > 3) {
      if (value > Character.MAX_CODE_POINT
          || Character.getType((int) value) == Character.SURROGATE) {
        throw invalidCodePoint();
      }
      write((int) value, to);
    } else {
      if (value > 0xff) {
        throw invalidCodePoint();
      }
      to.write((int) value);
    }
    return from + digits;
  }

  private static IllegalArgumentException invalidCodePoint() {
    return new IllegalArgumentException("escape sequence is an invalid Unicode code point");
  }

  /// Decodes UTF-8; invalid bytes become lone surrogates.
  public static String decode(byte[] bytes) {
    var decoder = StandardCharsets.UTF_8.newDecoder();
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length + 1);
    while (true) {
      var result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (RAW_BYTE + (in.get() & 0xff)));
      }
      decoder.reset();
    }
  }
}

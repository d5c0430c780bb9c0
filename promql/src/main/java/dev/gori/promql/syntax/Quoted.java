package dev.gori.promql.syntax;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/// Strings in quotes, with the escapes of Go.
final class Quoted {

  private static final String SIMPLE = "abfnrtv\\'\"";
  private static final String MEANING = "\u0007\b\f\n\r\t\u000b\\'\"";

  private Quoted() {}

  static String unescaped(String raw, Function<String, ParseException> problem) {
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < raw.length(); ) {
      if (raw.charAt(i) != '\\') {
        int c = raw.codePointAt(i);
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        i += Character.charCount(c);
        continue;
      }
      i = escape(raw, i + 1, bytes, problem);
    }
    return decoded(bytes.toByteArray());
  }

  /// Bytes that are no UTF-8 become lone surrogates, U+DC00 and the byte, so that nothing is lost
  /// and they can be told apart.
  private static String decoded(byte[] bytes) {
    var decoder = StandardCharsets.UTF_8.newDecoder();
    var in = ByteBuffer.wrap(bytes);
    var out = CharBuffer.allocate(bytes.length + 1);
    while (true) {
      var result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (0xdc00 + (in.get() & 0xff)));
      }
      decoder.reset();
    }
  }

  private static int escape(
      String raw, int at, ByteArrayOutputStream to, Function<String, ParseException> problem) {
    char c = raw.charAt(at);
    int simple = SIMPLE.indexOf(c);
    if (simple >= 0) {
      to.write(MEANING.charAt(simple));
      return at + 1;
    }
    return switch (c) {
      case 'x' -> number(raw, at + 1, 2, 16, to, problem);
      case 'u' -> number(raw, at + 1, 4, 16, to, problem);
      case 'U' -> number(raw, at + 1, 8, 16, to, problem);
      case '0', '1', '2', '3', '4', '5', '6', '7' -> number(raw, at, 3, 8, to, problem);
      default -> throw problem.apply("unknown escape sequence U+%04X '%s'".formatted((int) c, c));
    };
  }

  private static int number(
      String raw,
      int from,
      int digits,
      int radix,
      ByteArrayOutputStream to,
      Function<String, ParseException> problem) {
    int end = from + digits;
    int value = -1;
    try {
      value = end <= raw.length() ? Integer.parseInt(raw.substring(from, end), radix) : -1;
    } catch (NumberFormatException e) {
      value = -1;
    }
    if (value < 0
        || (digits > 3
            && (!Character.isValidCodePoint(value) || (value >= 0xd800 && value <= 0xdfff)))
        || (digits <= 3 && value > 255)) {
      throw problem.apply("escape sequence is an invalid Unicode code point");
    }
    if (digits <= 3) {
      to.write(value);
    } else {
      to.writeBytes(Character.toString(value).getBytes(StandardCharsets.UTF_8));
    }
    return end;
  }

  static String escaped(String value) {
    var text = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(
            c -> {
              int simple = c == '\'' ? -1 : MEANING.indexOf(c);
              if (simple >= 0) {
                text.append('\\').append(SIMPLE.charAt(simple));
              } else if (c >= 0xdc00 && c <= 0xdcff) {
                text.append("\\x%02x".formatted(c - 0xdc00));
              } else if (c < 0x20 || c == 0x7f) {
                text.append("\\x%02x".formatted(c));
              } else {
                text.appendCodePoint(c);
              }
            });
    return text.append('"').toString();
  }
}

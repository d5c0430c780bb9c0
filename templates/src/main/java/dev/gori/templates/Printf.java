package dev.gori.templates;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.gotext.GoString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Go's `fmt`: the verbs, flags, widths and precisions of `printf`, and its notation for arguments
/// that a verb does not accept.
final class Printf {
  private static final int WIDEST = 10_000;

  private final String format;
  private final List<Object> arguments;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int used;
  private boolean minus;
  private boolean plus;
  private boolean sharp;
  private boolean space;
  private boolean zero;
  private int width;
  private int precision;

  private Printf(String format, List<Object> arguments) {
    this.format = format;
    this.arguments = arguments;
  }

  static String format(String format, List<Object> arguments) {
    return new Printf(format, arguments).run();
  }

  /// Go's `%v`.
  static String plain(Object value) {
    return switch (value) {
      case Nil _ -> "<nil>";
      case Double d -> GoFloat.format(d, 'g', -1);
      case TimeValue time -> time.toString();
      case DurationValue duration -> duration.toString();
      case Struct struct when struct.member("String").orElse(null) instanceof Function string ->
          plain(string.call(List.of()));
      case List<?> list ->
          list.stream().map(e -> plain(Values.of(e))).collect(Collectors.joining(" ", "[", "]"));
      case Map<?, ?> map ->
          Values.entries(map).stream()
              .map(e -> plain(e.getKey()) + ":" + plain(e.getValue()))
              .collect(Collectors.joining(" ", "map[", "]"));
      default -> String.valueOf(value);
    };
  }

  /// Go's `Sprint`: spaces between operands when neither is a string.
  static String print(List<Object> values) {
    var text = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      boolean between =
          i > 0 && !(values.get(i) instanceof String) && !(values.get(i - 1) instanceof String);
      text.append(between ? " " : "").append(plain(values.get(i)));
    }
    return text.toString();
  }

  /// Go's `Sprintln`.
  static String println(List<Object> values) {
    return values.stream().map(Printf::plain).collect(Collectors.joining(" ", "", "\n"));
  }

  private String run() {
    while (at < format.length()) {
      int percent = format.indexOf('%', at);
      if (percent < 0) {
        out.append(format, at, format.length());
        break;
      }
      out.append(format, at, percent);
      at = percent + 1;
      verb();
    }
    if (used < arguments.size()) {
      out.append(
          arguments.subList(used, arguments.size()).stream()
              .map(a -> a == Nil.NIL ? "<nil>" : Values.typeName(a) + "=" + plain(a))
              .collect(Collectors.joining(", ", "%!(EXTRA ", ")")));
    }
    return out.toString();
  }

  private void verb() {
    flags();
    width = number();
    if (width < -1) {
      minus = true;
      width = -width;
    }
    precision = -1;
    if (at < format.length() && format.charAt(at) == '.') {
      at++;
      precision = Math.max(0, number());
    }
    if (at >= format.length()) {
      out.append("%!(NOVERB)");
      return;
    }
    int verb = format.codePointAt(at);
    at += Character.charCount(verb);
    if (verb == '%') {
      out.append('%');
    } else if (used >= arguments.size()) {
      out.append("%!").appendCodePoint(verb).append("(MISSING)");
    } else {
      out.append(one((char) verb, arguments.get(used++)));
    }
  }

  private void flags() {
    minus = plus = sharp = space = zero = false;
    for (; at < format.length(); at++) {
      switch (format.charAt(at)) {
        case '-' -> minus = true;
        case '+' -> plus = true;
        case '#' -> sharp = true;
        case ' ' -> space = true;
        case '0' -> zero = true;
        default -> {
          return;
        }
      }
    }
  }

  private int number() {
    if (at < format.length() && format.charAt(at) == '*') {
      at++;
      if (used < arguments.size()
          && arguments.get(used) instanceof Long n
          && Math.abs(n) <= WIDEST) {
        used++;
        return n.intValue();
      }
      out.append("%!(BADWIDTH)");
      return -1;
    }
    int from = at;
    while (at < format.length() && Character.isDigit(format.charAt(at))) {
      at++;
    }
    if (from == at) {
      return -1;
    }
    return at - from > 5 ? WIDEST : Math.min(WIDEST, Integer.parseInt(format.substring(from, at)));
  }

  private String one(char verb, Object value) {
    return switch (verb) {
      case 'v' ->
          padded(
              sharp ? syntax(value) : value instanceof Number ? numeric('v', value) : plain(value),
              value instanceof Number);
      case 'T' -> padded(Values.typeName(value), false);
      case 't' -> value instanceof Boolean ? padded(value.toString(), false) : bad(verb, value);
      case 'd', 'b', 'o', 'O', 'c', 'U', 'e', 'E', 'f', 'F', 'g', 'G' -> number(verb, value);
      case 'x', 'X' -> value instanceof Number ? number(verb, value) : hex(verb, value);
      case 's', 'q' -> text(verb, value);
      default -> bad(verb, value);
    };
  }

  private String number(char verb, Object value) {
    return switch (value) {
      case List<?> list ->
          list.stream()
              .map(e -> number(verb, Values.of(e)))
              .collect(Collectors.joining(" ", "[", "]"));
      case Double _ when "beEfFgGxX".indexOf(verb) >= 0 -> padded(numeric(verb, value), true);
      case Long n when verb == 'q' || verb == 'c' ->
          padded(Character.toString(n.intValue()), false);
      case Long _ when "bdoOxXU".indexOf(verb) >= 0 -> padded(numeric(verb, value), true);
      default -> bad(verb, value);
    };
  }

  private String numeric(char verb, Object value) {
    var text =
        value instanceof Double d ? real(verb, d) : whole(verb, ((Number) value).longValue());
    if (text.startsWith("+")) {
      return plus ? text : space ? " " + text.substring(1) : text;
    }
    return text.startsWith("-") ? text : plus ? "+" + text : space ? " " + text : text;
  }

  private String real(char verb, double value) {
    return switch (verb) {
      case 'f', 'F' -> GoFloat.format(value, 'f', precision < 0 ? 6 : precision);
      case 'e' -> GoFloat.format(value, 'e', precision < 0 ? 6 : precision);
      case 'E' ->
          GoFloat.format(value, 'e', precision < 0 ? 6 : precision).toUpperCase(Locale.ROOT);
      case 'G' -> GoFloat.format(value, 'g', precision).replace('e', 'E');
      case 'x', 'X', 'b' -> Double.toHexString(value);
      default -> GoFloat.format(value, 'g', precision);
    };
  }

  private String whole(char verb, long value) {
    var sign = value < 0 ? "-" : "";
    var digits =
        switch (verb) {
          case 'b' -> Long.toBinaryString(Math.abs(value));
          case 'o' -> (sharp ? "0" : "") + Long.toOctalString(Math.abs(value));
          case 'O' -> "0o" + Long.toOctalString(Math.abs(value));
          case 'x' -> (sharp ? "0x" : "") + Long.toHexString(Math.abs(value));
          case 'X' ->
              (sharp ? "0X" : "") + Long.toHexString(Math.abs(value)).toUpperCase(Locale.ROOT);
          case 'U' -> "U+%04X".formatted(value);
          default -> Long.toString(value).replace("-", "");
        };
    return sign + "0".repeat(Math.max(0, precision - digits.length())) + digits;
  }

  private String text(char verb, Object value) {
    return switch (value) {
      case Struct _ -> padded(word(verb, plain(value)), false);
      case List<?> list ->
          list.stream()
              .map(e -> text(verb, Values.of(e)))
              .collect(Collectors.joining(" ", "[", "]"));
      case Map<?, ?> map ->
          Values.entries(map).stream()
              .map(e -> text(verb, e.getKey()) + ":" + text(verb, e.getValue()))
              .collect(Collectors.joining(" ", "map[", "]"));
      case CharSequence s -> padded(word(verb, s.toString()), false);
      case Long n when verb == 'q' ->
          padded(GoString.quote(Character.toString(n.intValue()), '\'', plus), false);
      case Nil _, Boolean _, Number _ -> bad(verb, value);
      default -> padded(word(verb, plain(value)), false);
    };
  }

  private String word(char verb, String text) {
    int points = text.codePointCount(0, text.length());
    var cut =
        precision >= 0 && precision < points
            ? text.substring(0, text.offsetByCodePoints(0, precision))
            : text;
    if (verb != 'q') {
      return cut;
    }
    return sharp && cut.indexOf('`') < 0 ? "`" + cut + "`" : GoString.quote(cut, '"', plus);
  }

  private String hex(char verb, Object value) {
    if (!(value instanceof CharSequence)) {
      return bad(verb, value);
    }
    var digits = new StringBuilder();
    for (byte b : value.toString().getBytes(StandardCharsets.UTF_8)) {
      digits.append(verb == 'x' ? "%02x".formatted(b) : "%02X".formatted(b));
    }
    return padded(digits.toString(), false);
  }

  private static String syntax(Object value) {
    return value instanceof CharSequence s ? GoString.quote(s.toString()) : plain(value);
  }

  private static String bad(char verb, Object value) {
    return value == Nil.NIL
        ? "%!" + verb + "(<nil>)"
        : "%!" + verb + "(" + Values.typeName(value) + "=" + plain(value) + ")";
  }

  private String padded(String text, boolean number) {
    int missing = width - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    if (minus) {
      return text + " ".repeat(missing);
    }
    boolean digits = number && !text.endsWith("Inf") && !text.endsWith("NaN");
    if (!zero || (number && !digits) || (number && precision >= 0 && text.indexOf('.') < 0)) {
      return " ".repeat(missing) + text;
    }
    boolean signed = number && !text.isEmpty() && "+- ".indexOf(text.charAt(0)) >= 0;
    return signed
        ? text.charAt(0) + "0".repeat(missing) + text.substring(1)
        : "0".repeat(missing) + text;
  }
}

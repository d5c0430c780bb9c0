package dev.gori.promql.syntax;

import java.util.Locale;
import java.util.regex.Pattern;

/// Numbers and durations as PromQL writes them.
final class Numbers {

  private static final Pattern PART = Pattern.compile("(\\d+)(ms|[ywdhms])");

  private static final Pattern DURATION =
      Pattern.compile("(?:\\d+y)?(?:\\d+w)?(?:\\d+d)?(?:\\d+h)?(?:\\d+m)?(?:\\d+s)?(?:\\d+ms)?");

  /// A letter or sign behind digits that is no unit.
  private static final Pattern ODD = Pattern.compile("\\d([^\\dsmhdwy])");

  private static final String DIGITS = "\\d(?:_?\\d)*";

  /// Underscores stand between digits.
  private static final Pattern UNDERSCORED =
      Pattern.compile(
          "0[xX](?:_?[0-9a-fA-F])+|(?:D)?\\.?(?:D)?(?:[eE][+-]?D)?".replace("D", DIGITS));

  private Numbers() {}

  /// Decimal, hexadecimal (`0x1F`), octal (`0755`), with underscores between digits.
  static double number(Token token, Tokens tokens) {
    var text = token.text().replace("_", "").toLowerCase(Locale.ROOT);
    try {
      if (token.text().contains("_") && !UNDERSCORED.matcher(token.text()).matches()) {
        throw new NumberFormatException();
      }
      if (text.startsWith("0x")) {
        return Long.parseLong(text.substring(2), 16);
      }
      if (text.length() > 1
          && text.startsWith("0")
          && text.chars().allMatch(c -> c >= '0' && c <= '7')) {
        return Long.parseLong(text, 8);
      }
      double value = Double.parseDouble(text);
      if (Double.isInfinite(value)) {
        throw refused(token, tokens, "value out of range");
      }
      return value;
    } catch (NumberFormatException e) {
      throw refused(token, tokens, "invalid syntax");
    }
  }

  private static ParseException refused(Token token, Tokens tokens, String why) {
    return tokens.problem(
        token.span(),
        "error parsing number: strconv.ParseFloat: parsing \"%s\": %s"
            .formatted(token.text(), why));
  }

  static double seconds(Token token, Tokens tokens) {
    if (!DURATION.matcher(token.text()).matches()) {
      var odd = ODD.matcher(token.text());
      throw tokens.problem(
          token.span(),
          odd.find()
              ? "unknown unit \"%s\" in duration \"%s\"".formatted(odd.group(1), token.text())
              : "not a valid duration string: \"%s\"".formatted(token.text()));
    }
    var parts = PART.matcher(token.text());
    long millis = 0;
    try {
      while (parts.find()) {
        millis =
            Math.addExact(
                millis,
                Math.multiplyExact(Long.parseLong(parts.group(1)), unitMillis(parts.group(2))));
      }
      Math.multiplyExact(millis, 1_000_000L);
    } catch (ArithmeticException | NumberFormatException e) {
      throw tokens.problem(token.span(), "duration out of range");
    }
    return millis / 1000.0;
  }

  private static long unitMillis(String unit) {
    return switch (unit) {
      case "ms" -> 1;
      case "s" -> 1000;
      case "m" -> 60_000;
      case "h" -> 3_600_000;
      case "d" -> 86_400_000;
      case "w" -> 7 * 86_400_000L;
      default -> 365 * 86_400_000L;
    };
  }

  /// A duration in the largest units that fit, such as `1h30m`.
  static String duration(double seconds) {
    long left = Math.abs(Math.round(seconds * 1000));
    if (left == 0) {
      return "0s";
    }
    var text = new StringBuilder(seconds < 0 ? "-" : "");
    for (var unit : new String[] {"y", "w", "d", "h", "m", "s", "ms"}) {
      long each = unitMillis(unit);
      boolean mustDivide = unit.equals("y") || unit.equals("w");
      if (left >= each && (!mustDivide || left % each == 0)) {
        text.append(left / each).append(unit);
        left %= each;
      }
    }
    return text.toString();
  }
}

package dev.gori.promql.syntax;

import dev.gori.kernel.gotext.PrometheusDuration;
import java.util.Locale;
import java.util.regex.Pattern;

/// Numbers and durations as PromQL writes them.
final class NumberLiterals {

  private static final Pattern DURATION =
      Pattern.compile("(?:\\d+y)?(?:\\d+w)?(?:\\d+d)?(?:\\d+h)?(?:\\d+m)?(?:\\d+s)?(?:\\d+ms)?");

  /// A character after digits that is no unit.
  private static final Pattern ODD = Pattern.compile("\\d([^\\dsmhdwy])");

  private static final String DIGITS = "\\d(?:_?\\d)*";

  /// Underscores stand between digits.
  private static final Pattern UNDERSCORED =
      Pattern.compile(
          "0[xX](?:_?[0-9a-fA-F])+|(?:D)?\\.?(?:D)?(?:[eE][+-]?D)?".replace("D", DIGITS));

  private NumberLiterals() {}

  /// Decimal, hexadecimal (`0x1F`), octal (`0755`), with underscores between digits.
  static double number(Token token, TokenStream tokens) {
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

  private static ParseException refused(Token token, TokenStream tokens, String why) {
    return tokens.problem(
        token.span(),
        "error parsing number: strconv.ParseFloat: parsing \"%s\": %s"
            .formatted(token.text(), why));
  }

  static double seconds(Token token, TokenStream tokens) {
    var text = token.text();
    if (!DURATION.matcher(text).matches()) {
      var odd = ODD.matcher(text);
      throw tokens.problem(
          token.span(),
          odd.find()
              ? "unknown unit \"%s\" in duration \"%s\"".formatted(odd.group(1), text)
              : "not a valid duration string: \"%s\"".formatted(text));
    }
    try {
      return PrometheusDuration.parse(text).toMillis() / 1000.0;
    } catch (IllegalArgumentException _) {
      throw tokens.problem(token.span(), "duration out of range");
    }
  }
}

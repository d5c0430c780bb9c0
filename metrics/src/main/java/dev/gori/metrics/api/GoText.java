package dev.gori.metrics.api;

import dev.gori.templates.Quotes;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Formats numbers and times as Go does in JSON.
final class GoText {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);

  private GoText() {}

  /// The shortest decimal; with an exponent below 1e-6 and from 1e21 on: `0.1`, `10000000000`,
  /// `1.5e-09`, `NaN`, `+Inf`.
  static String number(double value) {
    double size = Math.abs(value);
    return value != 0 && Double.isFinite(value) && (size < 1e-6 || size >= 1e21)
        ? exponent(value)
        : plain(value);
  }

  /// Go's shortest `%e`, for alert values: `1e+00`, `6.25e-02`.
  static String exponent(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return plain(value);
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0e+00" : "0e+00";
    }
    var digits = shortest(value);
    var text = digits.unscaledValue().abs().toString();
    int exponent = text.length() - 1 - digits.scale();
    var mantissa = text.length() == 1 ? text : text.charAt(0) + "." + text.substring(1);
    return (value < 0 ? "-" : "")
        + mantissa
        + "e"
        + (exponent < 0 ? "-" : "+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  /// The shortest decimal without an exponent.
  static String plain(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    double size = Math.abs(value);
    if (size >= 1e-3 && size < 1e7) {
      return Double.toString(value); // correct, because integers do not get here
    }
    if (size >= 1e7 && size < 1e15) {
      return shifted(Double.toString(value));
    }
    return shortest(value).stripTrailingZeros().toPlainString();
  }

  /// The shortest decimal that parses to this number. {@link Double#toString} has at least two
  /// digits, which is one too many for the smallest numbers.
  static BigDecimal shortest(double value) {
    var java = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (java.precision() != 2) {
      return java;
    }
    var one = java.round(new MathContext(1));
    return one.doubleValue() == value ? one.stripTrailingZeros() : java;
  }

  /// `1.234567875E7` without its exponent. The number is not an integer, so it has more decimals
  /// than the exponent.
  private static String shifted(String text) {
    int point = text.indexOf('.');
    int end = text.indexOf('E');
    int whole = point + 1 + Integer.parseInt(text, end + 1, text.length(), 10);
    return new StringBuilder(end + 1)
        .append(text, 0, point)
        .append(text, point + 1, whole)
        .append('.')
        .append(text, whole, end)
        .toString();
  }

  /// Go's `%g` as in the text format: the shortest decimal; with an exponent below 1e-4 and from
  /// 1e21 on.
  static String general(double value) {
    double size = Math.abs(value);
    return value == 0 || !Double.isFinite(value) || (size >= 1e-4 && size < 1e21)
        ? number(value)
        : exponent(value);
  }

  /// Seconds with up to three decimals.
  static String seconds(long millis) {
    return seconds(new StringBuilder(16), millis).toString();
  }

  /// Appends seconds with up to three decimals.
  static StringBuilder seconds(StringBuilder out, long millis) {
    long whole = millis / 1000;
    int rest = (int) Math.abs(millis % 1000);
    out.append(millis < 0 && whole == 0 ? "-" : "").append(whole);
    if (rest > 0) {
      out.append('.');
      for (int digit = 100; rest > 0; digit /= 10) {
        out.append((char) ('0' + rest / digit));
        rest %= digit;
      }
    }
    return out;
  }

  /// A duration as a JSON number of seconds.
  static BigDecimal seconds(Duration length) {
    return new BigDecimal(number(length.toNanos() / 1e9));
  }

  /// RFC 3339 with as many decimals as needed.
  static String time(Instant at) {
    var utc = at.atOffset(ZoneOffset.UTC);
    var fraction =
        utc.getNano() == 0
            ? ""
            : "." + String.format(Locale.ROOT, "%09d", utc.getNano()).replaceAll("0+$", "");
    return SECONDS.format(utc) + fraction + "Z";
  }

  /// Go's zero time.
  static final String NEVER = "0001-01-01T00:00:00Z";

  /// Go's `%q`.
  static String quoted(String text) {
    return Quotes.quoted(text, '"', false);
  }
}

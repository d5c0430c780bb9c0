package dev.gori.metrics.api;

import dev.gori.kernel.gotext.GoFloat;
import java.math.BigDecimal;
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

  /// Seconds with as many of three decimals as are needed.
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
    return new BigDecimal(GoFloat.json(length.toNanos() / 1e9));
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
}

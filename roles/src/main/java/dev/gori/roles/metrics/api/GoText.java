package dev.gori.roles.metrics.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Numbers and times as Go writes them into JSON.
final class GoText {

    private static final DateTimeFormatter SECONDS = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);

    private GoText() {}

    /// The shortest decimal without exponent: `0.1`, `10000000000`, `NaN`, `+Inf`.
    static String number(double value) {
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
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    /// Seconds with as many of three decimals as are needed.
    static String seconds(long millis) {
        long whole = millis / 1000;
        int rest = (int) Math.abs(millis % 1000);
        var sign = millis < 0 && whole == 0 ? "-" : "";
        if (rest == 0) {
            return sign + whole;
        }
        return sign + whole + "." + String.format(Locale.ROOT, "%03d", rest).replaceAll("0+$", "");
    }

    /// A length of time as a JSON number of seconds.
    static BigDecimal seconds(Duration length) {
        return new BigDecimal(number(length.toNanos() / 1e9));
    }

    /// RFC 3339 with as many decimals as are needed.
    static String time(Instant at) {
        var utc = at.atOffset(ZoneOffset.UTC);
        var fraction = at.getNano() == 0 ? "" : "." + String.format(Locale.ROOT, "%09d", at.getNano()).replaceAll("0+$", "");
        return SECONDS.format(utc) + fraction + "Z";
    }

    /// Go's time that is none.
    static final String NEVER = "0001-01-01T00:00:00Z";
}

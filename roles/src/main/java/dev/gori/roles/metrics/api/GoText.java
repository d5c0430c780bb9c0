package dev.gori.roles.metrics.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Numbers and times as Go writes them into JSON.
final class GoText {

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss", Locale.ROOT);

    private GoText() {}

    /// The shortest decimal, with an exponent below 1e-6 and from 1e21 on: `0.1`, `10000000000`,
    /// `1.5e-09`, `NaN`, `+Inf`.
    static String number(double value) {
        double size = Math.abs(value);
        return value != 0 && Double.isFinite(value) && (size < 1e-6 || size >= 1e21)
                ? RuleRoutes.exponent(value)
                : plain(value);
    }

    /// The shortest decimal without exponent, however long.
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
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    /// The shortest decimal, with an exponent below 1e-4 and from 1e21 on: Go's `%g`, as the text
    /// format has it.
    static String general(double value) {
        double size = Math.abs(value);
        return value == 0 || !Double.isFinite(value) || (size >= 1e-4 && size < 1e21)
                ? number(value)
                : RuleRoutes.exponent(value);
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
        var fraction =
                utc.getNano() == 0
                        ? ""
                        : "."
                                + String.format(Locale.ROOT, "%09d", utc.getNano())
                                        .replaceAll("0+$", "");
        return SECONDS.format(utc) + fraction + "Z";
    }

    /// Go's time that is none.
    static final String NEVER = "0001-01-01T00:00:00Z";
}

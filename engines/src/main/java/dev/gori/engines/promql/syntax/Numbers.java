package dev.gori.engines.promql.syntax;

import java.util.Locale;
import java.util.regex.Pattern;

/// Numbers and durations as PromQL writes them.
final class Numbers {

    private static final Pattern PART = Pattern.compile("(\\d+)(ms|[ywdhms])");

    private Numbers() {}

    /// Decimal, hexadecimal (`0x1F`), octal (`0755`), with underscores between digits.
    static double number(Token token, Tokens tokens) {
        var text = token.text().replace("_", "").toLowerCase(Locale.ROOT);
        try {
            if (text.startsWith("0x")) {
                return Long.parseLong(text.substring(2), 16);
            }
            if (text.length() > 1
                    && text.startsWith("0")
                    && text.chars().allMatch(c -> c >= '0' && c <= '7')) {
                return Long.parseLong(text, 8);
            }
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw tokens.problem(token.span(), "error parsing number: \"" + token.text() + '"');
        }
    }

    static double seconds(Token token, Tokens tokens) {
        var parts = PART.matcher(token.text());
        long millis = 0;
        try {
            while (parts.find()) {
                millis =
                        Math.addExact(
                                millis,
                                Math.multiplyExact(
                                        Long.parseLong(parts.group(1)),
                                        unitMillis(parts.group(2))));
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
            boolean mustDivide = unit.equals("y") || unit.equals("w") || unit.equals("d");
            if (left >= each && (!mustDivide || left % each == 0)) {
                text.append(left / each).append(unit);
                left %= each;
            }
        }
        return text.toString();
    }
}

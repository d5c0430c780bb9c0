package dev.gori.roles.metrics.scrape;

import java.nio.charset.StandardCharsets;

/// A sample's value as text.
final class NumberText {

    /*
     * Up to 18 digits fit into a long. When they are no more than a double holds exactly, and the power of ten is one that a double holds
     * exactly too, then one multiplication or division rounds once, which is right. Everything else is left to Java's own parser.
     */

    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };
    private static final int MOST_DIGITS = 18;
    private static final long EXACT = 1L << 53;

    private NumberText() {}

    /// @throws NumberFormatException when it is no number as Go reads it
    static double parse(byte[] text, int from, int to) {
        boolean negative = text[from] == '-';
        int at = negative ? from + 1 : from;
        long digits = 0;
        int count = 0;
        int point = -1;
        while (at < to && (isDigit(text[at]) || (text[at] == '.' && point < 0))) {
            if (text[at] == '.') {
                point = count;
            } else {
                digits = digits * 10 + (text[at] - '0');
                count++;
            }
            at++;
        }
        int power = point < 0 ? 0 : point - count;
        if (at < to && (text[at] | 0x20) == 'e') {
            boolean down = at + 1 < to && text[at + 1] == '-';
            at += down || (at + 1 < to && text[at + 1] == '+') ? 2 : 1;
            int exponent = 0;
            int start = at;
            while (at < to && isDigit(text[at]) && exponent < 1_000) {
                exponent = exponent * 10 + (text[at++] - '0');
            }
            power = at == start ? Integer.MAX_VALUE : down ? power - exponent : power + exponent;
        }
        if (at < to || count == 0 || count > MOST_DIGITS || digits > EXACT || power < -22 || power > 22) {
            return parse(new String(text, from, to - from, StandardCharsets.UTF_8));
        }
        double value = power < 0 ? digits / POWERS[-power] : digits * POWERS[power];
        return negative ? -value : value;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static double parse(String word) {
        return switch (word) {
            case "NaN", "nan" -> Double.longBitsToDouble(0x7ff8000000000001L); // Prometheus's own "normal" NaN
            case "+Inf", "Inf", "+inf", "inf" -> Double.POSITIVE_INFINITY;
            case "-Inf", "-inf" -> Double.NEGATIVE_INFINITY;
            default -> {
                char last = word.charAt(word.length() - 1);
                if ((last < '0' || last > '9') && last != '.' && !word.startsWith("0x")) { // Java reads '1d' too
                    throw new NumberFormatException(word);
                }
                yield Double.parseDouble(word);
            }
        };
    }
}

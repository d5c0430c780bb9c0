package dev.gori.engines.promql;

import java.math.BigDecimal;

/// Numbers as text.
public final class Texts {

    private Texts() {}

    /// The shortest text that reads back as the number, without an exponent: as the HTTP API and labels show samples.
    public static String plain(double value) {
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

    /// As Go's `%g`: with an exponent below 1e-4 and from 1e21 on.
    static String general(double value) {
        var plain = plain(value);
        double size = Math.abs(value);
        if (Double.isNaN(value) || Double.isInfinite(value) || value == 0 || (size >= 1e-4 && size < 1e21)) {
            return plain;
        }
        return Double.toString(value).replace(".0E", "E").replaceFirst("E(-?)(\\d)$", "e$10$2").replace("E-", "e-").replace("E", "e+");
    }
}

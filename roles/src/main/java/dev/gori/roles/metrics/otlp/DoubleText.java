package dev.gori.roles.metrics.otlp;

import java.math.BigDecimal;

/// Numbers in label values: the shortest decimal without an exponent.
final class DoubleText {

    private DoubleText() {}

    static String of(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == 0
                ? "0"
                : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
}

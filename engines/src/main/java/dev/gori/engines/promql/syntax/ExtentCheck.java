package dev.gori.engines.promql.syntax;

import dev.gori.engines.promql.syntax.Expr.Extent;
import dev.gori.engines.promql.syntax.Expr.MatrixSelector;
import dev.gori.engines.promql.syntax.Expr.Paren;
import java.util.List;
import java.util.Locale;

/// Which functions can deal with `anchored` and `smoothed` ranges.
final class ExtentCheck {

    private static final List<String> ANCHORED = List.of("changes", "delta", "increase", "rate", "resets");
    private static final List<String> SMOOTHED = List.of("delta", "increase", "rate");

    private ExtentCheck() {}

    static void check(String function, Expr argument, String query) {
        var inner = argument;
        while (inner instanceof Paren(_, var deeper)) {
            inner = deeper;
        }
        if (!(inner instanceof MatrixSelector matrix) || matrix.vector().extent() == Extent.PLAIN) {
            return;
        }
        var allowed = matrix.vector().extent() == Extent.ANCHORED ? ANCHORED : SMOOTHED;
        if (!allowed.contains(function)) {
            throw new ParseException(query, argument.span(), "%s modifier can only be used with: %s - not with %s"
                    .formatted(matrix.vector().extent().name().toLowerCase(Locale.ROOT), String.join(", ", allowed), function));
        }
    }
}

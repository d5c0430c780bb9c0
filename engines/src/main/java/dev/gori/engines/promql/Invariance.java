package dev.gori.engines.promql;

import dev.gori.engines.promql.syntax.Expr;
import java.util.Set;

/// Knows which expressions give the same at every moment, because `@` pins all their selectors.
final class Invariance {

    private static final Set<String> BY_TIME =
            Set.of(
                    "time",
                    "timestamp",
                    "start_timestamp",
                    "predict_linear",
                    "days_in_month",
                    "day_of_month",
                    "day_of_week",
                    "day_of_year",
                    "hour",
                    "minute",
                    "month",
                    "year");

    private Invariance() {}

    static boolean isStepInvariant(Expr expr) {
        return switch (expr) {
            case Expr.NumberLiteral _, Expr.StringLiteral _ -> true;
            case Expr.VectorSelector v -> v.shift().at().isPresent();
            case Expr.MatrixSelector(_, var v, _) -> v.shift().at().isPresent();
            case Expr.Subquery s -> s.shift().at().isPresent();
            // The parameter does not count, neither here nor in Prometheus: one that changes is
            // taken as it is at the first moment.
            case Expr.Aggregate a -> isStepInvariant(a.inner());
            case Expr.Call c ->
                    !BY_TIME.contains(c.function().name())
                            && c.args().stream().allMatch(Invariance::isStepInvariant);
            case Expr.Paren _, Expr.Unary _, Expr.Binary _ ->
                    expr.children().stream().allMatch(Invariance::isStepInvariant);
        };
    }
}

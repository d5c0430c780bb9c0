package dev.gori.engines.promql;

import dev.gori.engines.promql.Answer.SeriesOf;
import dev.gori.engines.promql.syntax.Expr;
import java.util.Arrays;
import java.util.List;

/// Evaluates a tree, each kind of expression by its own part.
final class Evaluator {

    private final Run run;

    Evaluator(Run run) {
        this.run = run;
    }

    List<Line> vector(Expr expr, Grid grid) {
        return switch (expr) {
            case Expr.VectorSelector selector -> new InstantSelector(run).select(selector, grid);
            case Expr.Paren(_, var inner) -> vector(inner, grid);
            default -> throw PromQlException.execution("not implemented: " + expr);
        };
    }

    double[] scalar(Expr expr, Grid grid) {
        var values = new double[grid.steps()];
        switch (expr) {
            case Expr.NumberLiteral(_, var value, _) -> Arrays.fill(values, value);
            default -> throw PromQlException.execution("not implemented: " + expr);
        }
        return values;
    }

    String string(Expr expr) {
        return switch (expr) {
            case Expr.StringLiteral(_, var value) -> value;
            case Expr.Paren(_, var inner) -> string(inner);
            default -> throw new IllegalStateException("string expression: " + expr + " (expected: a literal)");
        };
    }

    List<SeriesOf> matrix(Expr expr, Grid grid) {
        throw PromQlException.execution("not implemented: " + expr + grid);
    }
}

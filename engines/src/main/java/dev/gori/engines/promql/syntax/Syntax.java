package dev.gori.engines.promql.syntax;

/// Reads and writes PromQL.
public final class Syntax {

    private Syntax() {}

    /// @param experimental whether what Prometheus hides behind feature flags may be used
    /// @throws ParseException when the text is no PromQL, or its parts do not fit one another
    public static Expr parse(String query, boolean experimental) {
        return new Parser(query, experimental).read();
    }

    /// A selector alone, such as `up{job="api"}`, as the series API takes it.
    ///
    /// @throws ParseException when the text is no selector
    public static Expr.VectorSelector parseSelector(String selector) {
        return new Parser(selector, false).readSelector();
    }

    /// The expression on one line.
    public static String print(Expr expr) {
        return Printer.print(expr);
    }

    /// The expression on as many lines as it takes to be readable, as `format_query` gives it.
    public static String pretty(Expr expr) {
        return Pretty.print(expr);
    }
}

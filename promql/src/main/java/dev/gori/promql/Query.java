package dev.gori.promql;

import dev.gori.promql.syntax.Expr;

/// A query that was read and checked, and can be evaluated any number of times.
public record Query(String text, Expr expr) {}

/// LogQL: parses queries and evaluates them over lines of a {@link dev.gori.logs.logql.LogSource}.
///
/// Owns: the grammar (hand-written, errors with line and column), the pipeline of a log query,
/// range and vector aggregations, binary operators. Does not own: storage ({@link
/// dev.gori.logs.logql.LogSource}), templates ({@link dev.gori.logs.logql.LineTemplates}), HTTP.
/// Threads: a query and an engine are immutable and safe from any thread; an evaluation runs on the
/// caller's thread. Entry points: {@link dev.gori.logs.logql.Query} to parse, {@link
/// dev.gori.logs.logql.LogEngine} to evaluate. Sources: Grafana Loki's public documentation of
/// LogQL. What is supported: `docs/compat/loki.md`.
@NullMarked
package dev.gori.logs.logql;

import org.jspecify.annotations.NullMarked;

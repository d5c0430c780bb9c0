/// PromQL, the query language of Prometheus 3: evaluates queries over any store of samples.
///
/// Owns: evaluation of selectors, functions, operators and aggregations, native histograms among
/// them; limits of a query; annotations. Does not own: the text of the language (`promql.syntax`),
/// the samples ({@link dev.gori.promql.SeriesSource} is what it needs of a store), HTTP. Threads: a
/// {@link dev.gori.promql.PromQl} may be used from any thread; a query runs on its caller's thread.
/// Entry point: {@link dev.gori.promql.PromQl}.
@NullMarked
package dev.gori.promql;

import org.jspecify.annotations.NullMarked;

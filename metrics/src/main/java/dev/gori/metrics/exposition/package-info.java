/// Exposition formats: text 0.0.4 and 1.0.0, OpenMetrics 1.0, delimited protobuf with native
/// histograms.
///
/// Owns: parsing, content negotiation, conversion to native histograms with custom buckets. Does
/// not own: fetching, relabelling, storing. Threads: stateless; a call runs on its caller's thread.
/// Entry points: {@link dev.gori.metrics.exposition.ExpositionParser}, {@link
/// dev.gori.metrics.exposition.MetricSink}. Sources: Prometheus's documentation of exposition
/// formats and content negotiation, the OpenMetrics 1.0 specification, the published
/// `io.prometheus.client` schema.
@NullMarked
package dev.gori.metrics.exposition;

import org.jspecify.annotations.NullMarked;

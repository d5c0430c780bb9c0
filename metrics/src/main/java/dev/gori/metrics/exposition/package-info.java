/// The formats in which targets show their metrics: text 0.0.4 and 1.0.0, OpenMetrics 1.0,
/// delimited protobuf with native histograms.
///
/// Owns: reading a body, the protocols and what is asked for them, what a content type means, the
/// making of native histograms with custom buckets out of classic ones. Does not own: fetching,
/// relabelling, storing. Threads: one read at a time by its caller, no state between. Doors: {@link
/// dev.gori.metrics.exposition.ExpositionParser}, {@link dev.gori.metrics.exposition.MetricSink}.
/// Sources: Prometheus's documentation of exposition formats and content negotiation, the
/// OpenMetrics 1.0 text, the published `io.prometheus.client` schema.
@NullMarked
package dev.gori.metrics.exposition;

import org.jspecify.annotations.NullMarked;

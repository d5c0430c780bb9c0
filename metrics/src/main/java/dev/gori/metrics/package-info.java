/// The metrics role of one environment: a Prometheus server.
///
/// Owns: the TSDB, scraping, recording and alerting rules, remote write, OTLP, Prometheus's HTTP
/// API under `/prometheus`, the machine's metrics. Does not own: alerts after they were sent, the
/// use of query results. Threads: scrapes and rule groups run on virtual threads; all calls are
/// thread-safe. Entry point: {@link dev.gori.metrics.Metrics}.
@NullMarked
package dev.gori.metrics;

import org.jspecify.annotations.NullMarked;

/// Metrics side by side with Prometheus: scraping, remote write, memory, disk and queries. Run by
/// `bench/metrics/run`.
///
/// Both servers are processes of their own on the same machine and take the same samples from this
/// one: {@link dev.gori.bench.metrics.Fleet} makes them, {@link dev.gori.bench.metrics.Exporter}
/// lets them be scraped, {@link dev.gori.bench.metrics.Pusher} writes them. What each server used
/// is read from `/proc`.
@NullMarked
package dev.gori.bench.metrics;

import org.jspecify.annotations.NullMarked;

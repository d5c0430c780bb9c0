/// Benchmark of the metrics role against Prometheus: scraping, remote write, memory, disk and
/// queries. Run by `bench/metrics/run`.
///
/// Both servers are processes on the same machine and get the same samples from this one: {@link
/// dev.gori.bench.metrics.Fleet} generates them, {@link dev.gori.bench.metrics.Exporter} serves
/// them for scraping, {@link dev.gori.bench.metrics.Pusher} writes them. The resource usage of each
/// server is read from `/proc`.
@NullMarked
package dev.gori.bench.metrics;

import org.jspecify.annotations.NullMarked;

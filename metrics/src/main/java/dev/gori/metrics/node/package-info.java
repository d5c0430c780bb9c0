/// Metrics of the machine and this process, under the names of node_exporter and the Prometheus
/// client libraries.
///
/// Entry point: {@link dev.gori.metrics.node.NodeMetrics}. Threads: a scrape collects on its own
/// thread. Sources: Linux's `proc(5)`; node_exporter's documented metric names.
@NullMarked
package dev.gori.metrics.node;

import org.jspecify.annotations.NullMarked;

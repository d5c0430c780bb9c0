/// The machine and this process, in the names that node_exporter and the Prometheus clients use.
///
/// Door: {@link dev.gori.metrics.node.NodeMetrics}. Threads: a scrape reads everything anew on its
/// own thread. Sources: Linux's `proc(5)`; node_exporter's documented metric names.
@NullMarked
package dev.gori.metrics.node;

import org.jspecify.annotations.NullMarked;

/// What remote write and remote read share: snappy blocks, the `Histogram` message, writing
/// protobuf.
///
/// Entry points: {@link dev.gori.metrics.remote.HistogramMessage}, {@link
/// dev.gori.metrics.remote.SnappyBlock}. Threads: all calls are thread-safe. Sources: the
/// Prometheus Remote-Write 1.0 and 2.0 specifications, Prometheus's documentation of remote read.
@NullMarked
package dev.gori.metrics.remote;

import org.jspecify.annotations.NullMarked;

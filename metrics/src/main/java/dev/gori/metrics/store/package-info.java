/// Connects the TSDB to PromQL; neither depends on the other.
///
/// Owns: the adapter, the store's metrics. Entry point: {@link dev.gori.metrics.store.SampleStore}.
/// Threads: all calls are thread-safe.
@NullMarked
package dev.gori.metrics.store;

import org.jspecify.annotations.NullMarked;

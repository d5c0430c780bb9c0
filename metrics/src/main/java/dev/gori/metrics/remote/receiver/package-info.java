/// Takes samples that others push: Prometheus's remote write 1.0 and 2.0.
///
/// Owns: the two messages and what is refused of them. Does not own: the store, OTLP
/// (`metrics.otlp`). Door: {@link dev.gori.metrics.remote.receiver.WriteHandler}. Threads: every
/// call is safe from any thread. Source: the Prometheus Remote-Write 1.0 and 2.0 specifications.
@NullMarked
package dev.gori.metrics.remote.receiver;

import org.jspecify.annotations.NullMarked;

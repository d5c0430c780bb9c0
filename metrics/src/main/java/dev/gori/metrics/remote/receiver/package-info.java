/// Receives samples over Prometheus's remote write 1.0 and 2.0.
///
/// Owns: decoding and validation. Does not own: the store, OTLP (`metrics.otlp`). Entry point:
/// {@link dev.gori.metrics.remote.receiver.WriteHandler}. Threads: all calls are thread-safe.
/// Sources: the Prometheus Remote-Write 1.0 and 2.0 specifications.
@NullMarked
package dev.gori.metrics.remote.receiver;

import org.jspecify.annotations.NullMarked;

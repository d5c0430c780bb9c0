/// Sends stored samples to other servers over Prometheus's remote write 1.0 or 2.0.
///
/// Owns: the queue on disk (`docs/formats/remote-write-queue.md`), the positions of the
/// destinations, requests and retries. Does not own: the store, what a receiver does. Every
/// acknowledged sample is sent at least once, and no other: the queue is durable before the append
/// is acknowledged. The queue is bounded; when it is full the oldest samples are dropped and
/// counted. A slow destination does not delay the others. Threads: all calls are thread-safe; each
/// destination has one virtual thread. Entry points: {@link
/// dev.gori.metrics.remote.sender.WriteStorage}, {@link
/// dev.gori.metrics.remote.sender.RemoteWriteSettings}. Sources: the Prometheus Remote-Write 1.0
/// and 2.0 specifications, Prometheus's documentation of `remote_write`.
@NullMarked
package dev.gori.metrics.remote.sender;

import org.jspecify.annotations.NullMarked;

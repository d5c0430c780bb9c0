/// Sends what is stored on to other servers, in Prometheus's remote write 1.0 or 2.0.
///
/// Owns: the queue on disk (`docs/formats/remote-write-queue.md`), how far each receiver has got,
/// the calls and their repetition. Does not own: what is stored, what a receiver does with it. What
/// the store has acknowledged is sent, nothing else, and at least once: a sample is in the queue
/// and durable before whoever brought it is told so. The queue is bounded; when it is full the
/// oldest goes and is counted. Threads: every call is safe from any thread; one virtual thread a
/// receiver, in its turn. A receiver that is away or slow holds up nobody. Door: {@link
/// dev.gori.metrics.remote.sender.WriteStorage}, with {@link
/// dev.gori.metrics.remote.sender.RemoteWriteSettings}. Sources: the Prometheus remote write 1.0 and
/// 2.0 specifications, Prometheus's documentation of `remote_write`.
@NullMarked
package dev.gori.metrics.remote.sender;

import org.jspecify.annotations.NullMarked;

/// The log store: streams of entries, identified by labels, on disk and read in order of time.
///
/// Owns: the journal of acknowledged entries, compressed segments, the label index, retention,
/// limits on pushes, recovery. Does not own: any query language, HTTP, threads: the owner of a
/// store calls {@link dev.gori.logs.store.LogStore#maintain} periodically. Threads: every method is
/// thread-safe. An entry is visible to readers as soon as it is in the journal, at the latest when
/// the push returns. Entry point: {@link dev.gori.logs.store.LogStore}. Formats:
/// `docs/formats/log-segment.md`, `docs/formats/log-journal.md`.
@NullMarked
package dev.gori.logs.store;

import org.jspecify.annotations.NullMarked;

/// The store of log lines: streams of entries by labels, kept on disk, read back in order of time.
///
/// Owns: the journal of what was acknowledged, compressed segments, the label index, retention,
/// limits on what is taken, recovery. Does not own: any query language, HTTP, threads: whoever
/// opens a store calls {@link dev.gori.logs.store.LogStore#maintain} again and again. Threads:
/// every call is safe from any thread. An entry is visible to readers as soon as it is in the
/// journal, at the latest when the push returns. Door: {@link dev.gori.logs.store.LogStore}. On
/// disk: `docs/formats/log-segment.md`, `docs/formats/log-journal.md`.
@NullMarked
package dev.gori.logs.store;

import org.jspecify.annotations.NullMarked;

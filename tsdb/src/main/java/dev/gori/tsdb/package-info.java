/// A time series database on local disk. What it acknowledged survives `kill -9`, torn writes and a
/// full disk.
///
/// Owns: the head with its journal (the write-ahead log), immutable blocks, compaction, retention,
/// the inverted index. Does not own: scraping, PromQL, HTTP, threads: the owner calls {@link
/// dev.gori.tsdb.Tsdb#maintain} periodically. Threads: all calls are thread-safe; one lock orders
/// appends, readers use snapshots. On disk: `docs/formats/tsdb-block.md`,
/// `docs/formats/tsdb-journal.md`, `docs/formats/tsdb-tombstones.md`. Entry point: {@link
/// dev.gori.tsdb.Tsdb}.
@NullMarked
package dev.gori.tsdb;

import org.jspecify.annotations.NullMarked;

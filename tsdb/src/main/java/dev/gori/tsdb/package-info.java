/// A store of time series on local disk: what was acknowledged survives `kill -9`, a torn write and
/// a full disk.
///
/// Owns: the journal of recent samples, the head in memory, immutable blocks, their compaction and
/// retention, the label index. Does not own: scraping, PromQL, HTTP, threads: the owner calls
/// {@link dev.gori.tsdb.Tsdb#maintain} from a loop of its own. Threads: every call is safe from any
/// thread; appends are put in order by one lock, readers take a snapshot and then read alone. On
/// disk: `docs/formats/tsdb-block.md`, `docs/formats/tsdb-journal.md`. Door: {@link
/// dev.gori.tsdb.Tsdb}.
@NullMarked
package dev.gori.tsdb;

import org.jspecify.annotations.NullMarked;

/// One relational database of one role: SQLite in a file, or PostgreSQL by URL, with the same SQL.
///
/// Owns: connections, transactions, migrations, and the translation of driver errors. Does not own:
/// any table; each role keeps its migrations under `db/<role>/` on the class path.
///
/// Durability: a write that returned survives `kill -9` and a power cut (SQLite runs in WAL mode
/// with `synchronous=FULL`, PostgreSQL with its own default).
///
/// Threads: every call is safe from any thread. This package allows one SQLite writer at a time;
/// readers never wait for the writer. Entry point: {@link dev.gori.sql.Database}.
@NullMarked
package dev.gori.sql;

import org.jspecify.annotations.NullMarked;

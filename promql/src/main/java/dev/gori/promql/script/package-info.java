/// Runs PromQL scripts in the format of Prometheus's own tests: load samples, evaluate, compare.
///
/// Owns: the format, an in-memory store with the counter-reset hints that a real one would give,
/// comparison. Does not own: the language. Threads: a run belongs to its caller's thread. Entry
/// point: {@link dev.gori.promql.script.Scripts}.
@NullMarked
package dev.gori.promql.script;

import org.jspecify.annotations.NullMarked;

/// The logs role: stores pushed lines, answers LogQL queries, ships the platform's own log files,
/// and evaluates alerting rules over logs.
///
/// Owns: Loki's HTTP API and JSON formats, the evaluation of log rules, the shipper ({@link
/// dev.gori.logs.ship}). Does not own: storage ({@link dev.gori.logs.store}), the language ({@link
/// dev.gori.logs.logql}), rule files and alert states ({@link dev.gori.rulefiles}), notifications
/// (alerts role). Threads: routes run on the caller's virtual thread; maintenance, shipping and
/// rules have one thread each. Entry point: {@link dev.gori.logs.Logs}. What of Loki is supported:
/// `docs/compat/loki.md`.
@NullMarked
package dev.gori.logs;

import org.jspecify.annotations.NullMarked;

/// The logs role: takes lines, keeps them, answers LogQL, ships the platform's own log files, and
/// raises alerts from log rules.
///
/// Owns: Loki's HTTP dialect and JSON shapes, the evaluation of log rules, the shipper
/// (`roles.logs.ship`). Does not own: storage (`engines.lines`), the language (`engines.logql`),
/// the meaning of a rule (`engines.rules`), sending to Slack (alerts role). Threads: routes run on
/// the caller's virtual thread; upkeep, shipping and rules each have one loop. Door: {@link
/// dev.gori.logs.Logs}. What of Loki is there: `docs/compat/loki.md`.
@NullMarked
package dev.gori.logs;

import org.jspecify.annotations.NullMarked;

/// Routing, grouping and muting: Alertmanager's configuration file and the decisions that follow
/// from it.
///
/// Owns: reading the file with every problem in one pass, the route tree, matchers, group keys,
/// inhibition, time intervals, and the pure decisions of when a group flushes and whether a flush
/// is sent. Does not own: alerts, timers, sending, the templates' language. Threads: everything
/// here is immutable. Entry points: {@link dev.gori.alerts.routing.Configuration} to read, {@link
/// dev.gori.alerts.routing.Route} to match, {@link dev.gori.alerts.routing.Flush} to decide.
/// Source: Alertmanager's configuration documentation; what differs is in
/// `docs/compat/alertmanager.md`.
@NullMarked
package dev.gori.alerts.routing;

import org.jspecify.annotations.NullMarked;

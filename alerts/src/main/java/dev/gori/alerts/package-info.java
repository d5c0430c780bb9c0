/// Alertmanager of one environment: receives alerts, groups them, mutes what is silenced or
/// inhibited, and notifies receivers.
///
/// Owns: alerts, silences, the notification log and the environment's inbox (one journal, survives
/// `kill -9`), group timers, sending to Slack and webhooks. Does not own: the configuration's
/// meaning (`alerts.routing`), the templates' language (`templates`). Threads: the locks of {@link
/// dev.gori.alerts.AlertsJournal} and of the group table guard the state; no lock is held while
/// sending. Bounds: alerts, silences and inbox messages are limited by the settings; each group has
/// at most one message under way to each integration, so what waits to be sent is limited by the
/// number of groups. Entry point: {@link dev.gori.alerts.Alerts}.
@NullMarked
package dev.gori.alerts;

import org.jspecify.annotations.NullMarked;

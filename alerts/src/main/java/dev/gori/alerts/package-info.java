/// Alertmanager's part of one environment: takes alerts, bundles them, keeps quiet where it should,
/// tells receivers.
///
/// Owns: alerts, silences, the notification log and the environment's inbox (one journal, survives
/// `kill -9`), group timers, sending to Slack and webhooks. Does not own: the configuration's
/// meaning (`engines.routing`), the templates' language (`engines.gotemplate`). Threads: state sits
/// behind the locks of {@link dev.gori.alerts.Book} and of the group table; no lock is held while
/// sending. Bounds: alerts, silences and inbox messages are limited by the settings; each group has
/// at most one message under way to each integration, so what waits to be sent is limited by the
/// number of groups. Door: {@link dev.gori.alerts.Alerts}.
@NullMarked
package dev.gori.alerts;

import org.jspecify.annotations.NullMarked;

package dev.gori.alerts;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import java.time.Duration;

/// Keys of `alerts:` in `environment.yaml`. Routing is not here but in `alertmanager.yaml`.
///
/// @param maxAlerts how many alerts are held at once; more are refused
/// @param maxSilences how many silences are held, ended ones included
/// @param inboxMessages how many messages the inbox keeps; older ones go
/// @param retention how long ended silences and what was said is remembered
/// @param sendDeadline for one request to a receiver
/// @param sendsAtOnce how many requests to receivers run side by side
public record AlertsSettings(
    int maxAlerts,
    int maxSilences,
    int inboxMessages,
    Duration retention,
    Duration sendDeadline,
    int sendsAtOnce) {

  public static final AlertsSettings DEFAULTS =
      new AlertsSettings(20_000, 2_000, 1_000, Duration.ofDays(5), Duration.ofSeconds(10), 16);

  public static AlertsSettings read(Section section, Problems problems) {
    var read =
        new AlertsSettings(
            (int) section.integer("max_alerts", DEFAULTS.maxAlerts),
            (int) section.integer("max_silences", DEFAULTS.maxSilences),
            (int) section.integer("inbox_messages", DEFAULTS.inboxMessages),
            section.duration("retention", DEFAULTS.retention),
            section.duration("send_deadline", DEFAULTS.sendDeadline),
            (int) section.integer("sends_at_once", DEFAULTS.sendsAtOnce));
    problems.expect(read.maxAlerts > 0, section.where("max_alerts"), read.maxAlerts, "1 or more");
    problems.expect(
        read.maxSilences > 0, section.where("max_silences"), read.maxSilences, "1 or more");
    problems.expect(
        read.inboxMessages > 0, section.where("inbox_messages"), read.inboxMessages, "1 or more");
    problems.expect(
        !read.retention.isZero(), section.where("retention"), read.retention, "more than 0s");
    problems.expect(
        !read.sendDeadline.isZero(),
        section.where("send_deadline"),
        read.sendDeadline,
        "more than 0s");
    problems.expect(
        read.sendsAtOnce > 0, section.where("sends_at_once"), read.sendsAtOnce, "1 or more");
    section.finish();
    return read;
  }
}

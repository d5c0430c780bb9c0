package dev.gori.alerts;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import java.time.Duration;

/// Keys of `alerts:` in `environment.yaml`. `alertmanager.yaml` has the routing.
///
/// @param maxAlerts the most alerts that are stored; more are rejected
/// @param maxSilences the most silences that are stored, expired ones included
/// @param inboxMessages the most messages of the inbox; the oldest are deleted
/// @param retention of expired silences and of the notification log
/// @param sendDeadline of one request to a receiver
/// @param sendsAtOnce the most concurrent requests to receivers
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

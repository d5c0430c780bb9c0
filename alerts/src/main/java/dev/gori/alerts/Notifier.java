package dev.gori.alerts;

import dev.gori.alerts.routing.Flush;
import dev.gori.alerts.routing.Route;
import dev.gori.base.run.Backoff;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import dev.gori.templates.TemplateException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/// Sends one flush of a group to its receivers: drops muted alerts, deduplicates against the
/// notification log, and retries failures until the group's next flush.
final class Notifier implements AutoCloseable {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofMinutes(1), Integer.MAX_VALUE);
  private static final Duration LEAST_TIME = Duration.ofSeconds(10);

  /// One flush of one group.
  ///
  /// @param listener called once at the end
  record GroupFlush(
      LoadedConfig config,
      Route route,
      Labels groupLabels,
      List<Alert> alerts,
      Instant at,
      FlushListener listener) {
    String groupKey() {
      return route.groupKey(groupLabels);
    }

    Instant deadline() {
      var interval = route.options().timing().groupInterval();
      return at.plus(interval.compareTo(LEAST_TIME) < 0 ? LEAST_TIME : interval);
    }
  }

  /// Receives the result of a flush: whether every integration is up to date.
  @FunctionalInterface
  interface FlushListener {
    void finished(boolean ok);
  }

  private record Notification(
      GroupFlush flush,
      Integration integration,
      String body,
      Flush.NotifiedAlerts notified,
      FlushProgress progress) {
    String key() {
      return integration.key(flush.groupKey());
    }
  }

  /// Counts the integrations of a flush down and calls the listener after the last one.
  private static final class FlushProgress {
    private final AtomicInteger left;
    private final AtomicBoolean ok = new AtomicBoolean(true);
    private final FlushListener settled;

    FlushProgress(int count, FlushListener settled) {
      this.left = new AtomicInteger(count);
      this.settled = settled;
    }

    void done(boolean good) {
      if (!good) {
        ok.set(false);
      }
      if (left.decrementAndGet() == 0) {
        settled.finished(ok.get());
      }
    }
  }

  private final NotificationLog notifications;
  private final Muter muter;
  private final NotificationSender sender;
  private final Time time;
  private final String externalUrl;
  private final Logger log;
  private final AlertsMetrics metrics;
  private final Set<String> inFlight = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Notifier(
      NotificationLog notifications,
      Muter muter,
      NotificationSender sender,
      Time time,
      String externalUrl,
      Logger log,
      AlertsMetrics metrics) {
    this.notifications = notifications;
    this.muter = muter;
    this.sender = sender;
    this.time = time;
    this.externalUrl = externalUrl;
    this.log = log;
    this.metrics = metrics;
  }

  void send(GroupFlush flush) {
    var mutedBy =
        flush.config().configuration().mutingInterval(flush.route().options().hours(), flush.at());
    var unmuted =
        mutedBy.isPresent()
            ? List.<Alert>of()
            : muter.unmuted(flush.config().configuration(), flush.alerts());
    var receiver = flush.config().configuration().receiver(flush.route().receiver());
    var integrations = Integration.of(receiver, flush.config());
    if (unmuted.isEmpty() || integrations.isEmpty()) {
      flush.listener().finished(true);
      return;
    }
    var progress = new FlushProgress(integrations.size(), flush.listener());
    for (var integration : integrations) {
      time.at(flush.at(), () -> deduplicate(flush, unmuted, integration, progress));
    }
  }

  private void deduplicate(
      GroupFlush flush, List<Alert> unmuted, Integration integration, FlushProgress progress) {
    var over =
        unmuted.stream()
            .collect(
                Collectors.partitioningBy(
                    alert -> alert.isOver(flush.at()),
                    Collectors.mapping(Alert::fingerprint, Collectors.toSet())));
    var seen =
        new Flush.Seen(over.getOrDefault(false, Set.of()), over.getOrDefault(true, Set.of()));
    var key = integration.key(flush.groupKey());
    var repeat = flush.route().options().timing().repeatInterval();
    // The log is read only when no notification of this key is in flight: it may be about to log.
    if (!inFlight.add(key)) {
      progress.done(false);
      return;
    }
    switch (Flush.decide(
        notifications.get(key), seen, integration.sendResolved(), repeat, flush.at())) {
      case Flush.Decision.Skip _ -> end(key, progress, true);
      case Flush.Decision.Send(String why) -> {
        var notified = new Flush.NotifiedAlerts(flush.at(), seen.firing(), seen.resolved());
        log.info(
            "notify receiver={} integration={} group={} firing={} resolved={} why=\"{}\"",
            integration.receiver(),
            integration.kind(),
            flush.groupKey(),
            seen.firing().size(),
            seen.resolved().size(),
            why);
        start(flush, unmuted, integration, notified, progress);
      }
    }
  }

  private void start(
      GroupFlush flush,
      List<Alert> unmuted,
      Integration integration,
      Flush.NotifiedAlerts notified,
      FlushProgress progress) {
    var key = integration.key(flush.groupKey());
    var included =
        integration.sendResolved()
            ? unmuted
            : unmuted.stream().filter(alert -> !alert.isOver(flush.at())).toList();
    if (included.isEmpty()) {
      notifications.log(key, notified);
      end(key, progress, true);
      return;
    }
    try {
      var data =
          NotificationData.of(
              integration.receiver(), included, flush.groupLabels(), externalUrl, flush.at());
      var delivery =
          new Notification(
              flush,
              integration,
              integration.body().of(data, flush.groupKey()),
              notified,
              progress);
      metrics.began(integration.kind());
      attempt(delivery, 0);
    } catch (RuntimeException e) {
      metrics.began(integration.kind());
      metrics.failed(integration.kind());
      log.error(
          "notify receiver={} integration={} group={} failed, the message cannot be rendered: {}",
          integration.receiver(),
          integration.kind(),
          flush.groupKey(),
          e instanceof TemplateException template ? template.reason() : e.toString());
      end(key, progress, false);
    }
  }

  private void attempt(Notification delivery, int failures) {
    if (closed) {
      return;
    }
    var kind = delivery.integration().kind();
    long began = time.millis();
    var outcome = attempted(delivery);
    metrics.attempted(
        kind,
        (time.millis() - began) / 1000.0,
        outcome instanceof NotificationSender.Outcome.Delivered);
    if (closed && !(outcome instanceof NotificationSender.Outcome.Delivered)) {
      return;
    }
    switch (outcome) {
      case NotificationSender.Outcome.Delivered _ -> {
        notifications.log(delivery.key(), delivery.notified());
        end(delivery, true);
      }
      case NotificationSender.Outcome.GaveUp(String why) -> fail(delivery, failures + 1, why);
      case NotificationSender.Outcome.RetryLater(Duration after, String why) -> {
        var delay = BACKOFF.delay(Math.min(failures + 1, 30), ThreadLocalRandom.current());
        var next = time.now().plus(after.compareTo(delay) > 0 ? after : delay);
        if (next.isAfter(delivery.flush().deadline())) {
          fail(delivery, failures + 1, why);
        } else {
          log.warn(
              "notify receiver={} integration={} attempt={} failed, trying again at {}: {}",
              delivery.integration().receiver(),
              kind,
              failures + 1,
              next,
              why);
          time.at(next, () -> attempt(delivery, failures + 1));
        }
      }
    }
  }

  /// Turns every failure into an outcome: a notification that never ends would block its group for
  /// ever.
  private NotificationSender.Outcome attempted(Notification delivery) {
    try {
      return sender.send(delivery.integration(), delivery.body());
    } catch (RuntimeException e) {
      return new NotificationSender.Outcome.GaveUp(e.toString());
    }
  }

  private void fail(Notification delivery, int attempts, String why) {
    metrics.failed(delivery.integration().kind());
    log.error(
        "notify receiver={} integration={} group={} attempts={} failed, the group's next flush tries again: {}",
        delivery.integration().receiver(),
        delivery.integration().kind(),
        delivery.flush().groupKey(),
        attempts,
        why);
    end(delivery, false);
  }

  private void end(Notification delivery, boolean ok) {
    end(delivery.key(), delivery.progress(), ok);
  }

  private void end(String key, FlushProgress progress, boolean ok) {
    inFlight.remove(key);
    progress.done(ok);
  }

  /// Stops further attempts; pending notifications are sent after the next start.
  @Override
  public void close() {
    closed = true;
    sender.close();
  }
}

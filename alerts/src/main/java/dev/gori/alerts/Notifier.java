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

/// Takes one flush of one group through to its receivers: what keeps quiet is left out, what was
/// said already is not said again, what fails is tried again until the group's next flush.
final class Notifier implements AutoCloseable {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofMinutes(1), Integer.MAX_VALUE);
  private static final Duration LEAST_TIME = Duration.ofSeconds(10);

  /// One look at one group.
  ///
  /// @param settled told at the end, once, whether every integration knows what it should
  record Look(
      LoadedConfig setup,
      Route route,
      Labels groupLabels,
      List<Alert> alerts,
      Instant at,
      Settled settled) {
    String groupKey() {
      return route.groupKey(groupLabels);
    }

    Instant deadline() {
      var interval = route.options().timing().groupInterval();
      return at.plus(interval.compareTo(LEAST_TIME) < 0 ? LEAST_TIME : interval);
    }
  }

  /// Told what came of a look.
  @FunctionalInterface
  interface Settled {
    void settled(boolean ok);
  }

  private record Delivery(
      Look look, Integration integration, String body, Flush.NotifiedAlerts saying, Ending ending) {
    String key() {
      return integration.key(look.groupKey());
    }
  }

  /// Counts the integrations of a look down, and tells at the last of them.
  private static final class Ending {
    private final AtomicInteger left;
    private final AtomicBoolean ok = new AtomicBoolean(true);
    private final Settled settled;

    Ending(int count, Settled settled) {
      this.left = new AtomicInteger(count);
      this.settled = settled;
    }

    void one(boolean good) {
      if (!good) {
        ok.set(false);
      }
      if (left.decrementAndGet() == 0) {
        settled.settled(ok.get());
      }
    }
  }

  private final NotificationLog notifications;
  private final Muter hush;
  private final Sender sender;
  private final Time time;
  private final String externalUrl;
  private final Logger log;
  private final AlertsMetrics metrics;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Notifier(
      NotificationLog notifications,
      Muter hush,
      Sender sender,
      Time time,
      String externalUrl,
      Logger log,
      AlertsMetrics metrics) {
    this.notifications = notifications;
    this.hush = hush;
    this.sender = sender;
    this.time = time;
    this.externalUrl = externalUrl;
    this.log = log;
    this.metrics = metrics;
  }

  void look(Look look) {
    var quiet = look.setup().configuration().quiet(look.route().options().hours(), look.at());
    var audible =
        quiet.isPresent()
            ? List.<Alert>of()
            : hush.audible(look.setup().configuration(), look.alerts());
    var receiver = look.setup().configuration().receiver(look.route().receiver());
    var integrations = Integration.of(receiver, look.setup());
    if (audible.isEmpty() || integrations.isEmpty()) {
      look.settled().settled(true);
      return;
    }
    var ending = new Ending(integrations.size(), look.settled());
    for (var integration : integrations) {
      time.at(look.at(), () -> consider(look, audible, integration, ending));
    }
  }

  private void consider(Look look, List<Alert> audible, Integration integration, Ending ending) {
    var over =
        audible.stream()
            .collect(
                Collectors.partitioningBy(
                    alert -> alert.isOver(look.at()),
                    Collectors.mapping(Alert::fingerprint, Collectors.toSet())));
    var seen =
        new Flush.Seen(over.getOrDefault(false, Set.of()), over.getOrDefault(true, Set.of()));
    var key = integration.key(look.groupKey());
    var repeat = look.route().options().timing().repeatInterval();
    switch (Flush.decide(
        notifications.get(key), seen, integration.sendResolved(), repeat, look.at())) {
      case Flush.Decision.Keep _ -> ending.one(true);
      case Flush.Decision.Send(String why) -> {
        var saying = new Flush.NotifiedAlerts(look.at(), seen.firing(), seen.resolved());
        log.info(
            "notify receiver={} integration={} group={} firing={} resolved={} why=\"{}\"",
            integration.receiver(),
            integration.kind(),
            look.groupKey(),
            seen.firing().size(),
            seen.resolved().size(),
            why);
        begin(look, audible, integration, saying, ending);
      }
    }
  }

  private void begin(
      Look look,
      List<Alert> audible,
      Integration integration,
      Flush.NotifiedAlerts saying,
      Ending ending) {
    var told =
        integration.sendResolved()
            ? audible
            : audible.stream().filter(alert -> !alert.isOver(look.at())).toList();
    if (told.isEmpty()) {
      notifications.log(integration.key(look.groupKey()), saying);
      ending.one(true);
      return;
    }
    try {
      var notice =
          NotificationData.of(
              integration.receiver(), told, look.groupLabels(), externalUrl, look.at());
      var delivery =
          new Delivery(
              look, integration, integration.body().of(notice, look.groupKey()), saying, ending);
      if (underWay.add(delivery.key())) {
        metrics.began(integration.kind());
        attempt(delivery, 0);
      } else {
        ending.one(false);
      }
    } catch (RuntimeException e) {
      metrics.began(integration.kind());
      metrics.failed(integration.kind());
      log.error(
          "notify receiver={} integration={} group={} failed, the message cannot be made: {}",
          integration.receiver(),
          integration.kind(),
          look.groupKey(),
          e instanceof TemplateException template ? template.reason() : e.toString());
      ending.one(false);
    }
  }

  private void attempt(Delivery delivery, int failures) {
    if (closed) {
      return;
    }
    var kind = delivery.integration().kind();
    long began = time.millis();
    var outcome = sent(delivery);
    metrics.attempted(
        kind, (time.millis() - began) / 1000.0, outcome instanceof Sender.Outcome.Delivered);
    if (closed && !(outcome instanceof Sender.Outcome.Delivered)) {
      return;
    }
    switch (outcome) {
      case Sender.Outcome.Delivered _ -> {
        notifications.log(delivery.key(), delivery.saying());
        end(delivery, true);
      }
      case Sender.Outcome.GaveUp(String why) -> fail(delivery, failures + 1, why);
      case Sender.Outcome.RetryLater(Duration after, String why) -> {
        var delay = BACKOFF.delay(Math.min(failures + 1, 30), ThreadLocalRandom.current());
        var next = time.now().plus(after.compareTo(delay) > 0 ? after : delay);
        if (next.isAfter(delivery.look().deadline())) {
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

  /// Whatever goes wrong in an attempt ends as an outcome: a delivery that never ended would keep
  /// its group quiet for ever.
  private Sender.Outcome sent(Delivery delivery) {
    try {
      return sender.send(delivery.integration(), delivery.body());
    } catch (RuntimeException e) {
      return new Sender.Outcome.GaveUp(e.toString());
    }
  }

  private void fail(Delivery delivery, int attempts, String why) {
    metrics.failed(delivery.integration().kind());
    log.error(
        "notify receiver={} integration={} group={} attempts={} failed, the group's next flush tries again: {}",
        delivery.integration().receiver(),
        delivery.integration().kind(),
        delivery.look().groupKey(),
        attempts,
        why);
    end(delivery, false);
  }

  private void end(Delivery delivery, boolean ok) {
    underWay.remove(delivery.key());
    delivery.ending().one(ok);
  }

  /// Stops further attempts; what was not said yet is said after the next start.
  @Override
  public void close() {
    closed = true;
    sender.close();
  }
}

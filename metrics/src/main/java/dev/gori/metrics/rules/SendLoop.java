package dev.gori.metrics.rules;

import dev.gori.base.run.PeriodicTask;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.client.TargetHttpClients;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// The queue of one Alertmanager. When it is full, the oldest alerts are dropped and counted; rules
/// send firing alerts again. Alertmanagers do not delay each other.
final class SendLoop implements AutoCloseable {

  static final int CAPACITY = 10_000;

  private static final int MAX_BATCH = 256;
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final Alertmanager to;
  private final AlertmanagerClient client;
  private final Logger log;
  private final NotifierMetrics metrics;
  private final Deque<AlertmanagerClient.Alert> queue = new ArrayDeque<>();
  private @Nullable PeriodicTask loop;
  private boolean failing;

  SendLoop(Alertmanager to, Time time, Logger log, NotifierMetrics metrics) {
    this.to = to;
    this.client =
        new AlertmanagerClient(
            to.base(),
            to.token().orElse(null),
            to.http()
                .map(options -> TargetHttpClients.calls(options, time, to.timeout()))
                .orElseGet(() -> HttpCalls.within(to.timeout())));
    this.log = log;
    this.metrics = metrics;
    metrics.register(to.base());
  }

  Alertmanager to() {
    return to;
  }

  void start(Time time) {
    loop = PeriodicTask.start(time, "alert-sender " + to.base(), INTERVAL, this::sendAll);
  }

  int length() {
    synchronized (queue) {
      return queue.size();
    }
  }

  void add(List<AlertmanagerClient.Alert> alerts) {
    synchronized (queue) {
      for (var alert : alerts) {
        if (queue.size() == CAPACITY) {
          queue.removeFirst();
          metrics.dropped(1);
        }
        queue.addLast(alert);
      }
    }
  }

  /// Sends queued alerts until the queue is empty or a request fails.
  void sendAll() {
    for (var batch = take(); !batch.isEmpty(); batch = take()) {
      long began = System.nanoTime();
      var outcome = client.send(batch);
      metrics.observeDuration(to.base(), System.nanoTime() - began);
      switch (outcome) {
        case AlertmanagerClient.Outcome.Accepted(int alerts) -> {
          metrics.sent(to.base(), alerts);
          logState(false, "");
        }
        case AlertmanagerClient.Outcome.Refused(int _, String why) -> {
          metrics.failed(to.base(), batch.size());
          metrics.dropped(batch.size());
          log.warn("alerts rejected count={}: {}", batch.size(), why);
        }
        case AlertmanagerClient.Outcome.Unavailable(String why) -> {
          metrics.failed(to.base(), batch.size());
          putBack(batch);
          logState(true, why);
          return;
        }
      }
    }
  }

  private List<AlertmanagerClient.Alert> take() {
    synchronized (queue) {
      var batch = new ArrayList<AlertmanagerClient.Alert>();
      while (batch.size() < MAX_BATCH && !queue.isEmpty()) {
        batch.add(queue.removeFirst());
      }
      return batch;
    }
  }

  private void putBack(List<AlertmanagerClient.Alert> batch) {
    synchronized (queue) {
      for (var alert : batch.reversed()) {
        if (queue.size() == CAPACITY) {
          metrics.dropped(1);
        } else {
          queue.addFirst(alert);
        }
      }
    }
  }

  private void logState(boolean fails, String why) {
    if (fails && !failing) {
      log.warn("alertmanager {} unreachable, alerts are queued: {}", to.base(), why);
    } else if (!fails && failing) {
      log.info("alertmanager {} reachable again", to.base());
    }
    failing = fails;
  }

  @Override
  public void close() {
    var running = loop;
    if (running != null) {
      running.close();
    }
    client.close();
  }
}

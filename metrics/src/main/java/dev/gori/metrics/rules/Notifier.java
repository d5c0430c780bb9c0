package dev.gori.metrics.rules;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import dev.gori.rulefiles.AlertToSend;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/// Queues alerts for all Alertmanagers, each with its own send loop.
final class Notifier implements AutoCloseable {

  private final Time time;
  private final Logger log;
  private final NotifierMetrics metrics;
  private volatile List<SendLoop> sendLoops = List.of();
  private volatile Labels externalLabels = Labels.EMPTY;
  private volatile AlertRelabeling relabeling = AlertRelabeling.NONE;
  private boolean running;

  Notifier(Time time, Logger log, SelfMetrics metrics) {
    this.time = time;
    this.log = log;
    this.metrics =
        new NotifierMetrics(
            metrics,
            () -> sendLoops.stream().mapToInt(SendLoop::length).sum(),
            () -> sendLoops.size());
  }

  /// Sets Alertmanagers, external labels and relabelling. An Alertmanager that stays keeps its
  /// queue.
  synchronized void configure(List<Alertmanager> to, Labels external, AlertRelabeling relabelling) {
    externalLabels = external;
    relabeling = relabelling;
    var next = new ArrayList<SendLoop>();
    for (var one : to.stream().distinct().toList()) {
      next.add(
          sendLoops.stream()
              .filter(queue -> queue.to().equals(one))
              .findFirst()
              .orElseGet(() -> begin(one)));
    }
    var before = sendLoops;
    sendLoops = List.copyOf(next);
    before.stream().filter(queue -> !next.contains(queue)).forEach(SendLoop::close);
  }

  private SendLoop begin(Alertmanager to) {
    var queue = new SendLoop(to, time, log, metrics);
    if (running) {
      queue.start(time);
    }
    return queue;
  }

  synchronized void start() {
    running = true;
    sendLoops.forEach(queue -> queue.start(time));
  }

  List<URI> addresses() {
    return sendLoops.stream().map(queue -> queue.to().base()).toList();
  }

  void enqueue(List<AlertToSend> alerts, String generatorUrl) {
    var all = sendLoops;
    if (all.isEmpty() || alerts.isEmpty()) {
      return;
    }
    var leave = alerts.stream().flatMap(alert -> sent(alert, generatorUrl).stream()).toList();
    all.forEach(queue -> queue.add(leave));
  }

  /// Adds external labels that the alert does not have, then applies relabelling.
  private Optional<AlertmanagerClient.Alert> sent(AlertToSend alert, String generatorUrl) {
    return relabeling
        .relabel(externalLabels.overlaid(alert.labels()))
        .filter(labels -> !labels.isEmpty())
        .map(
            labels ->
                new AlertmanagerClient.Alert(
                    labels, alert.annotations(), alert.startsAt(), alert.endsAt(), generatorUrl));
  }

  /// Sends all queued alerts.
  void sendAll() {
    sendLoops.forEach(SendLoop::sendAll);
  }

  @Override
  public synchronized void close() {
    sendLoops.forEach(SendLoop::close);
  }
}

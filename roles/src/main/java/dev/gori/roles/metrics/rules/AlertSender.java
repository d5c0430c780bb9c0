package dev.gori.roles.metrics.rules;

import dev.gori.engines.rules.AlertToSend;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.observe.SelfMetrics;
import dev.gori.machinery.protocol.AlertmanagerClient;
import dev.gori.machinery.run.Repeating;
import io.prometheus.metrics.core.metrics.Counter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Hands alerts to an Alertmanager. The queue is bounded: when it is full the oldest goes and is counted, since rules send what still
/// fires again.
final class AlertSender implements AutoCloseable {

    private static final int ROOM = 10_000;
    private static final int AT_ONCE = 256;
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Optional<AlertmanagerClient> client;
    private final Labels externalLabels;
    private final Logger log;
    private final Counter sent;
    private final Counter dropped;
    private final Deque<AlertmanagerClient.Alert> queue = new ArrayDeque<>();
    private @Nullable Repeating loop;
    private boolean failing;

    AlertSender(Optional<URI> alertmanager, Optional<String> token, Labels externalLabels, Logger log, SelfMetrics metrics) {
        this.client = alertmanager.map(uri -> new AlertmanagerClient(uri, token.orElse(null), DEADLINE));
        this.externalLabels = externalLabels;
        this.log = log;
        this.sent = Counter.builder().name("prometheus_notifications_sent_total").help("Alerts that the Alertmanager took.").register(metrics.registry());
        this.dropped = Counter.builder()
                .name("prometheus_notifications_dropped_total")
                .help("Alerts that were not sent: the queue was full, or the Alertmanager refused them.")
                .register(metrics.registry());
    }

    void start(Time time) {
        loop = Repeating.start(time, "alert-sender", PAUSE, this::sendAll);
    }

    Optional<URI> uri() {
        return client.map(AlertmanagerClient::base);
    }

    void enqueue(List<AlertToSend> alerts, String generatorUrl) {
        if (client.isEmpty()) {
            return;
        }
        synchronized (queue) {
            for (var alert : alerts) {
                if (queue.size() == ROOM) {
                    queue.removeFirst();
                    dropped.inc();
                }
                queue.addLast(new AlertmanagerClient.Alert(
                        externalLabels.overlaid(alert.labels()), alert.annotations(), alert.startsAt(), alert.endsAt(), generatorUrl));
            }
        }
    }

    /// Sends what is queued, until it is empty or the Alertmanager does not answer.
    void sendAll() {
        if (client.isEmpty()) {
            return;
        }
        for (var batch = take(); !batch.isEmpty(); batch = take()) {
            switch (client.get().send(batch)) {
                case AlertmanagerClient.Outcome.Accepted(int alerts) -> {
                    sent.inc(alerts);
                    say(false, "");
                }
                case AlertmanagerClient.Outcome.Refused(int _, String why) -> {
                    dropped.inc(batch.size());
                    log.warn("alerts refused count={}: {}", batch.size(), why);
                }
                case AlertmanagerClient.Outcome.Unavailable(String why) -> {
                    putBack(batch);
                    say(true, why);
                    return;
                }
            }
        }
    }

    private List<AlertmanagerClient.Alert> take() {
        synchronized (queue) {
            var batch = new ArrayList<AlertmanagerClient.Alert>();
            while (batch.size() < AT_ONCE && !queue.isEmpty()) {
                batch.add(queue.removeFirst());
            }
            return batch;
        }
    }

    private void putBack(List<AlertmanagerClient.Alert> batch) {
        synchronized (queue) {
            for (var alert : batch.reversed()) {
                if (queue.size() == ROOM) {
                    dropped.inc();
                } else {
                    queue.addFirst(alert);
                }
            }
        }
    }

    private void say(boolean fails, String why) {
        if (fails && !failing) {
            log.warn("alertmanager is not reached, alerts wait: {}", why);
        } else if (!fails && failing) {
            log.info("alertmanager is reached again");
        }
        failing = fails;
    }

    @Override
    public void close() {
        var running = loop;
        if (running != null) {
            running.close();
        }
        client.ifPresent(AlertmanagerClient::close);
    }
}

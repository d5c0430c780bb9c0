package dev.gori.metrics.rules;

import dev.gori.base.observe.SelfMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Summary;
import java.net.URI;
import java.util.function.IntSupplier;

/// Metrics of sending alerts, under Prometheus's names.
final class NotifierMetrics {

  private static final String TO = "alertmanager";

  private final Counter sent;
  private final Counter errors;
  private final Counter dropped;
  private final Summary latency;

  /// @param waiting alerts in all queues
  /// @param receivers number of Alertmanagers
  NotifierMetrics(SelfMetrics metrics, IntSupplier waiting, IntSupplier receivers) {
    var registry = metrics.registry();
    sent =
        Counter.builder()
            .name("prometheus_notifications_sent_total")
            .help("Alerts sent.")
            .labelNames(TO)
            .register(registry);
    errors =
        Counter.builder()
            .name("prometheus_notifications_errors_total")
            .help("Alerts that could not be sent; those not dropped are sent again.")
            .labelNames(TO)
            .register(registry);
    dropped =
        Counter.builder()
            .name("prometheus_notifications_dropped_total")
            .help("Alerts dropped: a queue was full, or an Alertmanager rejected them.")
            .register(registry);
    latency =
        Summary.builder()
            .name("prometheus_notifications_latency_seconds")
            .help("Duration of sending alerts.")
            .labelNames(TO)
            .quantile(0.5, 0.05)
            .quantile(0.9, 0.01)
            .quantile(0.99, 0.001)
            .register(registry);
    gauge("prometheus_notifications_queue_length", "Alerts in the queues.", waiting, metrics);
    gauge(
        "prometheus_notifications_queue_capacity",
        "Capacity of the queue of one Alertmanager.",
        () -> SendLoop.CAPACITY,
        metrics);
    gauge(
        "prometheus_notifications_alertmanagers_discovered",
        "Alertmanagers that receive alerts.",
        receivers,
        metrics);
  }

  private static void gauge(String name, String help, IntSupplier value, SelfMetrics metrics) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(out -> out.call(value.getAsInt()))
        .register(metrics.registry());
  }

  private static String name(URI base) {
    return base.toString().replaceAll("/+$", "") + "/api/v2/alerts";
  }

  void register(URI base) {
    sent.initLabelValues(name(base));
    errors.initLabelValues(name(base));
  }

  void sent(URI base, int alerts) {
    sent.labelValues(name(base)).inc(alerts);
  }

  void failed(URI base, int alerts) {
    errors.labelValues(name(base)).inc(alerts);
  }

  void dropped(int alerts) {
    dropped.inc(alerts);
  }

  void observeDuration(URI base, long nanos) {
    latency.labelValues(name(base)).observe(nanos / 1e9);
  }
}

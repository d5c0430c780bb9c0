package dev.gori.alerts;

import dev.gori.base.observe.SelfMetrics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/// The role's own metrics, in Alertmanager's names, so that its mixins and dashboards work here.
final class AlertsMetrics {
  private final Counter notifications;
  private final Counter failed;
  private final Counter requests;
  private final Counter requestsFailed;
  private final Counter received;
  private final Counter invalid;
  private final Histogram latency;
  private final Gauge reloadOk;
  private final Gauge reloadTime;

  AlertsMetrics(SelfMetrics metrics) {
    var registry = metrics.registry();
    notifications =
        counter("alertmanager_notifications_total", "Messages that were to be sent.", "integration")
            .register(registry);
    failed =
        counter(
                "alertmanager_notifications_failed_total",
                "Messages that were not delivered.",
                "integration")
            .register(registry);
    requests =
        counter("alertmanager_notification_requests_total", "Requests to receivers.", "integration")
            .register(registry);
    requestsFailed =
        counter(
                "alertmanager_notification_requests_failed_total",
                "Requests to receivers that failed.",
                "integration")
            .register(registry);
    received =
        counter(
                "alertmanager_alerts_received_total",
                "Alerts that were taken.",
                "status",
                "version")
            .register(registry);
    invalid =
        counter("alertmanager_alerts_invalid_total", "Alerts that were refused.", "version")
            .register(registry);
    latency =
        Histogram.builder()
            .name("alertmanager_notification_latency_seconds")
            .help("How long a request to a receiver took.")
            .labelNames("integration")
            .classicUpperBounds(1, 5, 10, 15, 20)
            .register(registry);
    reloadOk =
        Gauge.builder()
            .name("alertmanager_config_last_reload_successful")
            .help("Whether the last configuration was taken.")
            .register(registry);
    reloadTime =
        Gauge.builder()
            .name("alertmanager_config_last_reload_success_timestamp_seconds")
            .help("When a configuration was last taken.")
            .register(registry);
    for (var kind : List.of(Integration.SLACK, "webhook")) {
      notifications.initLabelValues(kind);
      failed.initLabelValues(kind);
      requests.initLabelValues(kind);
      requestsFailed.initLabelValues(kind);
    }
  }

  private static Counter.Builder counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels);
  }

  /// Registers the gauges that are computed at a scrape.
  void watch(
      SelfMetrics metrics,
      AlertViews views,
      Dispatcher groups,
      Supplier<List<Silence.State>> silences) {
    var registry = metrics.registry();
    GaugeWithCallback.builder()
        .name("alertmanager_alerts")
        .help("Alerts by state.")
        .labelNames("state")
        .callback(
            callback -> views.countByState().forEach((state, count) -> callback.call(count, state)))
        .register(registry);
    GaugeWithCallback.builder()
        .name("alertmanager_silences")
        .help("Silences by state.")
        .labelNames("state")
        .callback(
            callback -> {
              var states = silences.get();
              for (var state : Silence.State.values()) {
                callback.call(
                    (double) states.stream().filter(s -> s == state).count(),
                    state.name().toLowerCase(Locale.ROOT));
              }
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("alertmanager_dispatcher_aggregation_groups")
        .help("Groups of alerts.")
        .callback(callback -> callback.call(groups.count()))
        .register(registry);
  }

  void began(String integration) {
    notifications.labelValues(integration).inc();
  }

  void failed(String integration) {
    failed.labelValues(integration).inc();
  }

  void attempted(String integration, double seconds, boolean ok) {
    requests.labelValues(integration).inc();
    latency.labelValues(integration).observe(seconds);
    if (!ok) {
      requestsFailed.labelValues(integration).inc();
    }
  }

  void received(int firing, int resolved) {
    received.labelValues("firing", "v2").inc(firing);
    received.labelValues("resolved", "v2").inc(resolved);
  }

  void refused(int alerts) {
    invalid.labelValues("v2").inc(alerts);
  }

  void reloaded(boolean ok, double seconds) {
    reloadOk.set(ok ? 1 : 0);
    if (ok) {
      reloadTime.set(seconds);
    }
  }
}

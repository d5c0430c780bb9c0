package dev.gori.metrics.api;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.Filter;
import dev.gori.http.Handler;
import dev.gori.http.Request;
import dev.gori.http.Response;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;

/// Metrics of the API, under Prometheus's names.
public final class ApiMetrics implements Filter {

  private final SelfMetrics own;
  private final Counter requests;
  private final Histogram seconds;
  private final Summary queries;
  private final Gauge running;
  private final Gauge ready;
  private final Gauge reloadOk;
  private final Gauge reloadedAt;
  private volatile boolean lastReloadOk = true;
  private volatile Instant lastConfig = Instant.EPOCH;

  /// @param concurrency limit on concurrent queries
  public ApiMetrics(int concurrency, SelfMetrics metrics) {
    own = metrics;
    var registry = metrics.registry();
    requests =
        Counter.builder()
            .name("prometheus_http_requests_total")
            .help("Requests to the API.")
            .labelNames("handler", "code")
            .register(registry);
    seconds =
        Histogram.builder()
            .name("prometheus_http_request_duration_seconds")
            .help("Duration of requests to the API.")
            .labelNames("handler")
            .classicUpperBounds(0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120)
            .classicOnly()
            .register(registry);
    queries =
        Summary.builder()
            .name("prometheus_engine_query_duration_seconds")
            .help("Duration of the phases of a query.")
            .labelNames("slice")
            .quantile(0.5, 0.05)
            .quantile(0.9, 0.01)
            .quantile(0.99, 0.001)
            .register(registry);
    running =
        Gauge.builder()
            .name("prometheus_engine_queries")
            .help("Queries in progress.")
            .register(registry);
    ready = gauge(registry, "prometheus_ready", "Whether the role is ready.");
    reloadOk =
        gauge(
            registry,
            "prometheus_config_last_reload_successful",
            "Whether the last configuration was loaded.");
    reloadedAt =
        gauge(
            registry,
            "prometheus_config_last_reload_success_timestamp_seconds",
            "Time of the last successful configuration load.");
    gauge(
        registry,
        "prometheus_engine_query_log_enabled",
        "Whether queries are logged, which is always 0.");
    Gauge.builder()
        .name("prometheus_engine_queries_concurrent_max")
        .help("Limit on concurrent queries.")
        .register(registry)
        .set(concurrency);
    Gauge.builder()
        .name("prometheus_build_info")
        .help("Always 1; the version is that of Prometheus's API.")
        .labelNames("version", "revision", "goversion")
        .register(registry)
        .labelValues(StatusRoutes.API_VERSION, "gori", "Java " + Runtime.version().feature())
        .set(1);
  }

  /// Records the result of loading a configuration.
  ///
  /// @param ok whether it is in use; otherwise the previous one stays
  public void configured(boolean ok, Instant when) {
    reloadOk.set(ok ? 1 : 0);
    if (ok) {
      reloadedAt.set(when.toEpochMilli() / 1000.0);
      lastConfig = when;
    }
    lastReloadOk = ok;
  }

  /// Records that the role is ready.
  public void ready() {
    ready.set(1);
  }

  boolean isLastReloadOk() {
    return lastReloadOk;
  }

  Instant lastConfig() {
    return lastConfig;
  }

  /// All metrics of the role.
  MetricSnapshots all() {
    return own.registry().scrape();
  }

  private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
    return Gauge.builder().name(name).help(help).register(registry);
  }

  /// The route in Go's notation, such as `/api/v1/label/:name/values`.
  private static String handler(Request request) {
    return request.template().replace("{", ":").replace("}", "");
  }

  @Override
  public Response filter(Request request, Handler next) throws Exception {
    long began = System.nanoTime();
    var response = next.handle(request);
    requests.labelValues(handler(request), String.valueOf(response.status())).inc();
    seconds.labelValues(handler(request)).observe((System.nanoTime() - began) / 1e9);
    return response;
  }

  void begins() {
    running.inc();
  }

  /// Records the duration of a query's phases, in nanoseconds.
  ///
  /// @param waiting in the query queue
  /// @param preparing selecting series
  /// @param evaluating all the rest
  void ends(long waiting, long preparing, long evaluating) {
    running.dec();
    queries.labelValues("queue_time").observe(waiting / 1e9);
    queries.labelValues("prepare_time").observe(preparing / 1e9);
    queries.labelValues("inner_eval").observe(evaluating / 1e9);
  }
}

package dev.gori.serving.gateway;

import dev.gori.base.observe.SelfMetrics;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The gateway's own metrics. The HTTP metrics have the names and buckets of
/// `prometheus-fastapi-instrumentator`.
///
/// Data points are cached for each route, status class and model, not looked up for each request.
final class GatewayMetrics {

  private static final double[] COARSE = {0.1, 0.5, 1};
  private static final double[] FINE = {
    0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 7.5, 10, 30,
    60
  };
  private static final double[] INFERENCE = {
    0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
    0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  private final Counter requests;
  private final Histogram durations;
  private final DistributionDataPoint fineDurations;
  private final GaugeDataPoint inFlight;
  private final Counter judgedRequests;
  private final Histogram judgedDurations;
  private final Counter predictions;
  private final Histogram inferences;
  private final Counter exceeded;
  private final Info info;
  private final Counter reloads;
  private final Histogram reloadSeconds;
  private final Counter shadows;
  private final Counter linesDropped;
  private final ConcurrentMap<String, ConcurrentMap<String, Route>> routes =
      new ConcurrentHashMap<>();

  GatewayMetrics(SelfMetrics self) {
    var registry = self.registry();
    requests =
        Counter.builder()
            .name("http_requests")
            .help("Requests by route, method and status class.")
            .labelNames("handler", "method", "status")
            .register(registry);
    durations =
        Histogram.builder()
            .name("http_request_duration_seconds")
            .unit(Unit.SECONDS)
            .help("Time to answer by route, few buckets.")
            .labelNames("handler", "method")
            .classicOnly()
            .classicUpperBounds(COARSE)
            .register(registry);
    fineDurations =
        Histogram.builder()
            .name("http_request_duration_highres_seconds")
            .unit(Unit.SECONDS)
            .help("Time to answer over all routes, many buckets.")
            .classicOnly()
            .classicUpperBounds(FINE)
            .register(registry);
    inFlight =
        Gauge.builder()
            .name("http_requests_in_flight")
            .help("Requests that are being answered.")
            .register(registry);
    judgedRequests =
        Counter.builder()
            .name("prediction_requests")
            .help(
                "Predictions whose request had arrived whole or was the client's fault, by what came of them and by who asked: a user or the platform's own probes.")
            .labelNames("variant", "version", "origin", "outcome")
            .register(registry);
    judgedDurations =
        Histogram.builder()
            .name("prediction_request_duration_seconds")
            .unit(Unit.SECONDS)
            .help(
                "Time from the last byte of a prediction's request to its answer, without those that were the client's fault.")
            .labelNames("variant", "version", "origin")
            .classicOnly()
            .classicUpperBounds(FINE)
            .register(registry);
    predictions =
        Counter.builder()
            .name("model_predictions")
            .help("Rows predicted.")
            .labelNames("variant", "version")
            .register(registry);
    inferences =
        Histogram.builder()
            .name("model_inference_seconds")
            .unit(Unit.SECONDS)
            .help("Time inside the model for one request.")
            .labelNames("variant", "version")
            .classicOnly()
            .classicUpperBounds(INFERENCE)
            .register(registry);
    exceeded =
        Counter.builder()
            .name("model_deadline_exceeded")
            .help("Predictions whose model did not answer before the deadline.")
            .labelNames("variant", "version")
            .register(registry);
    info =
        Info.builder()
            .name("model_info")
            .help("What serves; always 1.")
            .labelNames("variant", "model", "version", "run_id", "commit")
            .register(registry);
    reloads =
        Counter.builder()
            .name("model_reload")
            .help("Reloads by what came of them.")
            .labelNames("variant", "outcome")
            .register(registry);
    reloadSeconds =
        Histogram.builder()
            .name("model_reload_seconds")
            .unit(Unit.SECONDS)
            .help("Time of a reload that succeeded, from fetching to serving.")
            .classicOnly()
            .classicUpperBounds(FINE)
            .register(registry);
    shadows =
        Counter.builder()
            .name("shadow_comparisons")
            .help(
                "Copied requests: equal, different, error, or dropped because the queue was full.")
            .labelNames("outcome")
            .register(registry);
    linesDropped =
        Counter.builder()
            .name("gateway_access_log_lines_dropped")
            .help("Lines of the access log that found no room in its queue.")
            .register(registry);
    for (var outcome : Shadow.Outcome.values()) {
      shadows.initLabelValues(outcome.text());
    }
  }

  void accessLogLineDropped() {
    linesDropped.inc();
  }

  void began() {
    inFlight.inc();
  }

  void ended(String handler, String method, int status, double seconds) {
    inFlight.dec();
    fineDurations.observe(seconds);
    route(handler, method).observe(status, seconds);
  }

  /// The data points of one model behind one variant.
  Inferences inferences(String variant, int version) {
    var number = Integer.toString(version);
    return new Inferences(
        predictions.labelValues(variant, number),
        inferences.labelValues(variant, number),
        exceeded.labelValues(variant, number));
  }

  /// The request data points of one model behind one variant; creates them at 0.
  Judged judged(String variant, int version) {
    var number = Integer.toString(version);
    return new Judged(origin(variant, number, "user"), origin(variant, number, "probe"));
  }

  private Origin origin(String variant, String version, String origin) {
    return new Origin(
        judgedRequests.labelValues(variant, version, origin, "ok"),
        judgedRequests.labelValues(variant, version, origin, "client_error"),
        judgedRequests.labelValues(variant, version, origin, "server_error"),
        judgedDurations.labelValues(variant, version, origin));
  }

  void serves(Loaded loaded) {
    info.addLabelValues(labels(loaded));
  }

  void servesNoMore(Loaded loaded) {
    info.remove(labels(loaded));
  }

  void reloaded(String variant, boolean succeeded) {
    reloads.labelValues(variant, succeeded ? "success" : "failure").inc();
  }

  void reloadTook(double seconds) {
    reloadSeconds.observe(seconds);
  }

  void shadowed(Shadow.Outcome outcome) {
    shadows.labelValues(outcome.text()).inc();
  }

  private static String[] labels(Loaded loaded) {
    return new String[] {
      loaded.variant(),
      loaded.file().model(),
      Integer.toString(loaded.version()),
      loaded.runId(),
      loaded.commit()
    };
  }

  private Route route(String handler, String method) {
    var byMethod = routes.get(handler);
    if (byMethod == null) {
      byMethod = routes.computeIfAbsent(handler, _ -> new ConcurrentHashMap<>());
    }
    var route = byMethod.get(method);
    return route != null
        ? route
        : byMethod.computeIfAbsent(method, _ -> new Route(handler, method));
  }

  /// Rows, inference time in seconds and exceeded deadlines of one model.
  record Inferences(
      CounterDataPoint rows, DistributionDataPoint seconds, CounterDataPoint exceeded) {
    void observe(int count, long nanos) {
      rows.inc(count);
      seconds.observe(nanos / 1e9);
    }
  }

  /// Prediction requests to one model behind one variant, by origin; rollouts judge these metrics.
  record Judged(Origin users, Origin probes) {}

  /// Prediction requests of one origin: users, or the platform's own probes.
  record Origin(
      CounterDataPoint ok,
      CounterDataPoint clientErrors,
      CounterDataPoint serverErrors,
      DistributionDataPoint seconds) {

    /// Counts the request. Does not observe the duration of a 4xx response, because a client error
    /// says nothing about the model.
    void observe(int status, long nanos) {
      if (status >= 400 && status < 500) {
        clientErrors.inc();
        return;
      }
      (status < 400 ? ok : serverErrors).inc();
      seconds.observe(nanos / 1e9);
    }
  }

  private final class Route {
    private final String handler;
    private final String method;
    private final DistributionDataPoint duration;
    private final AtomicReferenceArray<CounterDataPoint> byClass = new AtomicReferenceArray<>(6);

    Route(String handler, String method) {
      this.handler = handler;
      this.method = method;
      this.duration = durations.labelValues(handler, method);
    }

    void observe(int status, double seconds) {
      duration.observe(seconds);
      int statusClass = Math.clamp(status / 100, 1, 5);
      var counter = byClass.get(statusClass);
      if (counter == null) {
        counter = requests.labelValues(handler, method, statusClass + "xx");
        byClass.set(statusClass, counter);
      }
      counter.inc();
    }
  }
}

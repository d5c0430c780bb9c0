package dev.gori.registry;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.Request;
import dev.gori.http.RequestObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import org.slf4j.Logger;

/// Counts and times every call, and writes the access log.
final class CallMetrics implements RequestObserver {

  private final Logger log;
  private final Counter requests;
  private final Histogram seconds;

  CallMetrics(SelfMetrics metrics, Logger log) {
    this.log = log;
    this.requests =
        Counter.builder()
            .name("registry_requests_total")
            .help("Calls of the registry by route template, method and status class.")
            .labelNames("handler", "method", "status")
            .register(metrics.registry());
    this.seconds =
        Histogram.builder()
            .name("registry_request_duration_seconds")
            .help("How long calls of the registry take, in seconds.")
            .labelNames("handler", "method")
            .classicOnly()
            .register(metrics.registry());
  }

  @Override
  public void began(Request request) {}

  @Override
  public void ended(Request request, int status, long nanos) {
    requests.labelValues(request.template(), request.method(), status / 100 + "xx").inc();
    seconds.labelValues(request.template(), request.method()).observe(nanos / 1e9);
    log.info(
        "request handler={} method={} status={} ms={} request_id={}",
        request.template(),
        request.method(),
        status,
        nanos / 1_000_000.0,
        request.id());
  }
}

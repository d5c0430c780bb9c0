package dev.gori.registry;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.Filter;
import dev.gori.http.Handler;
import dev.gori.http.Request;
import dev.gori.http.Response;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import org.slf4j.Logger;

/// Counts and times every request, and writes the access log.
final class CallMetrics implements Filter {

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
  public Response filter(Request request, Handler next) throws Exception {
    var response = next.handle(request);
    return response.whenSent(() -> sent(request, response.status()));
  }

  private void sent(Request request, int status) {
    long nanos = System.nanoTime() - request.began();
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

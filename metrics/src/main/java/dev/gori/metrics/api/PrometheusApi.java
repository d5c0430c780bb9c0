package dev.gori.metrics.api;

import dev.gori.http.ContentCoding;
import dev.gori.http.CorsFilter;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.otlp.OtlpReceiver;
import dev.gori.metrics.otlp.OtlpSettings;
import dev.gori.metrics.remote.receiver.WriteHandler;
import dev.gori.metrics.rules.RuleManager;
import dev.gori.metrics.scrape.ScrapeManager;
import dev.gori.metrics.store.SampleStore;
import dev.gori.promql.EngineOptions;
import dev.gori.promql.PromQl;
import java.util.Map;

/// Prometheus's HTTP API.
public final class PrometheusApi {

  private static final Bytes MAX_PUSH = Bytes.mebi(64);

  private static final String NO_LIFECYCLE = "Lifecycle API is not enabled.";

  private PrometheusApi() {}

  /// What the API serves.
  ///
  /// @param flags for `status/flags`, with Prometheus's names
  /// @param options of queries
  /// @param concurrency limit on concurrent queries
  /// @param remoteWrite whether `/api/v1/write` and `/api/v1/otlp/v1/metrics` accept samples
  /// @param otlp conversion settings for OTLP
  /// @param adminApi whether deletion and snapshots are enabled
  /// @param corsOrigin regular expression of the origins that may read responses
  public record Context(
      SampleStore store,
      ScrapeManager scraping,
      RuleManager rules,
      EngineOptions options,
      int concurrency,
      boolean remoteWrite,
      OtlpSettings otlp,
      boolean adminApi,
      String corsOrigin,
      ApiMetrics counts,
      Map<String, String> flags) {}

  /// The routes, to be mounted under `/prometheus`.
  public static Routes routes(Context over, Time time) {
    var promql = new PromQl(over.options(), time);
    var routes = new Routes(ApiResponse.ERROR_FORMAT);
    new QueryRoutes(over.store(), over.options(), over.concurrency(), over.counts(), time)
        .mount(routes);
    new SeriesRoutes(over.store(), promql).mount(routes);
    new ExemplarRoutes(over.store(), promql).mount(routes);
    new Federation(over.store(), over.scraping(), over.options(), promql, time).mount(routes);
    new TargetRoutes(over.scraping(), promql).mount(routes);
    new RuleRoutes(over.rules(), promql).mount(routes);
    var features = new Features(over.options(), promql, over.adminApi(), over.remoteWrite());
    new StatusRoutes(over, features, time).mount(routes);
    new AdminRoutes(over.store(), promql, over.adminApi(), time).mount(routes);
    new RemoteRead(over.store(), over.scraping()).mount(routes);
    if (over.remoteWrite()) {
      routes
          .guarded("POST", "/api/v1/write", new WriteHandler(over.store(), time)::receive)
          .takes(MAX_PUSH)
          .accepts(ContentCoding.SNAPPY);
      var otlp = new OtlpReceiver(over.store(), over.otlp(), over.options().lookback());
      routes.guarded("POST", "/api/v1/otlp/v1/metrics", otlp::receive).takes(MAX_PUSH);
    }
    routes
        .get("/-/healthy", _ -> Response.text(200, "Prometheus Server is Healthy.\n"))
        .alwaysOpen();
    routes.get("/-/ready", _ -> Response.text(200, "Prometheus Server is Ready.\n")).alwaysOpen();
    routes
        .post("/-/reload", _ -> Response.text(403, NO_LIFECYCLE))
        .put("/-/reload", _ -> Response.text(403, NO_LIFECYCLE));
    routes
        .post("/-/quit", _ -> Response.text(403, NO_LIFECYCLE))
        .put("/-/quit", _ -> Response.text(403, NO_LIFECYCLE));
    return routes
        .withOptions(_ -> Response.empty(204))
        .filter(over.counts())
        .filter(new CorsFilter(over.corsOrigin()));
  }
}

package dev.gori.metrics.api;

import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.scrape.ScrapeManager;
import dev.gori.metrics.store.SampleStore;
import dev.gori.promql.EngineOptions;
import dev.gori.promql.PromQl;
import dev.gori.promql.SeriesSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// `/federate`: the newest sample of every selected series, in the text format or protobuf.
final class Federation {

  private final SampleStore store;
  private final ScrapeManager scraping;
  private final PromQl promql;
  private final long lookback;
  private final Time time;

  Federation(
      SampleStore store, ScrapeManager scraping, EngineOptions options, PromQl promql, Time time) {
    this.store = store;
    this.scraping = scraping;
    this.promql = promql;
    this.lookback = options.lookback().toMillis();
    this.time = time;
  }

  void mount(Routes routes) {
    routes.query("GET", "/federate", this::federate);
  }

  private Response federate(Request request) throws IOException {
    long now = time.millis();
    var external = scraping.config().externalLabels();
    var found =
        new TreeMap<Labels, FederatedSample>(
            Comparator.comparing(Labels::metric).thenComparing(Comparator.naturalOrder()));
    for (var matchers : new Parameters(request).unnamedSelectors(promql)) {
      for (var series : store.select(matchers, now - lookback + 1, now)) {
        if (!series.labels().metric().isEmpty()) {
          newest(series, now, external).ifPresent(newest -> found.put(series.labels(), newest));
        }
      }
    }
    var format = FederationFormat.accepted(request.header("Accept").orElse(""));
    var all = List.copyOf(found.values());
    return Response.bytes(
        200,
        format.contentType(),
        format.protobuf()
            ? FederationMessages.of(all, format)
            : FederationText.of(all, format).getBytes(StandardCharsets.UTF_8));
  }

  private Optional<FederatedSample> newest(SeriesSource.Series series, long now, Labels external) {
    var points = new SampleBuffer();
    series.read(points);
    int last = points.size() - 1;
    while (last >= 0 && points.millisAt(last) > now) {
      last--;
    }
    if (last < 0 || points.millisAt(last) <= now - lookback) {
      return Optional.empty();
    }
    var histogram = Optional.ofNullable(points.histogramAt(last));
    if (histogram.isEmpty() && Sample.isStale(points.valueAt(last))) {
      return Optional.empty();
    }
    return Optional.of(
        new FederatedSample(
            series.labels().metric(),
            FederatedSample.labels(series.labels(), external),
            points.millisAt(last),
            points.valueAt(last),
            histogram));
  }
}

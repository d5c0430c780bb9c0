package dev.gori.http;

import dev.gori.base.observe.SelfMetrics;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// Serves the metrics of one role in the format that the scraper accepts: Prometheus text or
/// OpenMetrics.
public final class MetricsHandler implements Handler {

  private final SelfMetrics metrics;
  private final ExpositionFormats formats = ExpositionFormats.init();

  public MetricsHandler(SelfMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public Response handle(Request request) throws IOException {
    var writer = formats.findWriter(request.header("Accept").orElse(""));
    var out = new ByteArrayOutputStream();
    writer.write(out, metrics.registry().scrape());
    return Response.bytes(200, writer.getContentType(), out.toByteArray());
  }
}

package dev.gori.machinery.observe;

import dev.gori.machinery.http.Reply;
import dev.gori.machinery.http.Request;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// The metrics of one part. There is no global registry: two environments live in one process.
public final class SelfMetrics {

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();

    /// Where the part registers its counters, gauges and histograms.
    public PrometheusRegistry registry() {
        return registry;
    }

    /// Answers a scrape in the format that the scraper asks for: Prometheus text, or OpenMetrics.
    public Reply answer(Request request) throws IOException {
        return exposition(formats.findWriter(request.header("Accept").orElse("")));
    }

    private Reply exposition(ExpositionFormatWriter writer) throws IOException {
        var out = new ByteArrayOutputStream();
        writer.write(out, registry.scrape());
        return Reply.bytes(200, writer.getContentType(), out.toByteArray());
    }
}

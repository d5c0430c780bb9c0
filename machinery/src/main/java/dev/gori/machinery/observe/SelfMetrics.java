package dev.gori.machinery.observe;

import dev.gori.machinery.http.Reply;
import dev.gori.machinery.http.Request;
import dev.gori.machinery.run.BackgroundThreads;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/// The metrics of one part. There is no global registry: two environments live in one process.
public final class SelfMetrics {

    private final BackgroundThreads threads;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ExpositionFormats formats = ExpositionFormats.init();

    public SelfMetrics() {
        this(new BackgroundThreads());
    }

    /// @param threads of the environment, where the part's own are started
    public SelfMetrics(BackgroundThreads threads) {
        this.threads = threads;
    }

    /// Where the part starts its background threads.
    public BackgroundThreads threads() {
        return threads;
    }

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

package dev.gori.metrics;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.HttpServer;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.WallTime;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/// The metrics role alone on a port, in real time, to compare it with a real Prometheus.
public final class MetricsServerRig implements AutoCloseable {

  private final Closer closer = new Closer();
  private final Metrics metrics;
  private final HttpServer server;

  /// @param scrape content of the scrape configuration
  /// @param rules rule files
  /// @param data data folder of the role
  public MetricsServerRig(
      MetricsSettings settings, String scrape, List<MetricsConfig.TextFile> rules, Path data)
      throws IOException {
    var time = closer.add("time", new WallTime());
    var config =
        new MetricsConfig(
            new MetricsConfig.TextFile("scrape.yaml", scrape),
            rules,
            Optional.empty(),
            Optional.empty(),
            URI.create("http://gori/prometheus"));
    this.metrics =
        closer.add(
            "metrics",
            Metrics.open(
                settings,
                config,
                time,
                Disk.local(),
                data,
                LoggerFactory.getLogger("metrics"),
                new SelfMetrics()));
    this.server = closer.add("server", HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN));
    server.mount(metrics.mounts());
  }

  Metrics role() {
    return metrics;
  }

  /// The base URL for Prometheus clients.
  public URI url() {
    return URI.create(server.uri() + "/prometheus");
  }

  @Override
  public void close() {
    closer.close();
  }
}

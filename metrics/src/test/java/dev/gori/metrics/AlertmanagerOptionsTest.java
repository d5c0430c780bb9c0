package dev.gori.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.kernel.disk.Disk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Alertmanagers of `prometheus.yml` are called as configured, with secrets read for each request.
@ExtendWith(NoLeaks.class)
final class AlertmanagerOptionsTest {

  @TempDir Path folder;

  @Test
  void credentialsAndHeadersAreSent() throws IOException, InterruptedException {
    var seen = new CopyOnWriteArrayList<String>();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        call -> {
          try (call) {
            var headers = call.getRequestHeaders();
            seen.add(
                "%s %s %s %s"
                    .formatted(
                        call.getRequestMethod(),
                        call.getRequestURI(),
                        headers.getFirst("Authorization"),
                        headers.getFirst("X-Tenant")));
            call.getRequestBody().readAllBytes();
            call.sendResponseHeaders(200, -1);
          }
        });
    server.start();
    var secret = Files.writeString(folder.resolve("secret"), "first\n");
    var time = new ManualClock();
    try (var metrics = open(server.getAddress().getPort(), time)) {
      metrics.runOnce();
      Files.writeString(secret, "second\n");
      time.forward(Duration.ofMinutes(2));
      metrics.runOnce();
    } finally {
      server.stop(0);
    }
    assertThat(seen)
        .containsExactly(
            "POST /am/api/v2/alerts Bearer first dev", "POST /am/api/v2/alerts Bearer second dev");
  }

  private Metrics open(int port, ManualClock time) throws IOException {
    var scrape =
        """
                alerting:
                  alertmanagers:
                  - path_prefix: /am
                    timeout: 3s
                    authorization: {credentials_file: secret}
                    http_headers: {X-Tenant: {values: [dev]}}
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                """
            .formatted(port);
    var rules = "groups: [{name: g, rules: [{alert: Always, expr: vector(1)}]}]";
    return Metrics.open(
        MetricsSettings.DEFAULTS,
        new MetricsConfig(
            new MetricsConfig.TextFile("scrape.yaml", scrape),
            List.of(new MetricsConfig.TextFile("rules.yaml", rules)),
            Optional.empty(),
            Optional.empty(),
            URI.create("http://gori/prometheus")),
        time,
        Disk.local(),
        folder,
        LoggerFactory.getLogger("metrics"),
        new SelfMetrics());
  }
}

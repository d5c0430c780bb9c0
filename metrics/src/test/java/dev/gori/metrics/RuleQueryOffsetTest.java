package dev.gori.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.PrometheusClient;
import dev.gori.clients.PrometheusClient.Outcome;
import dev.gori.http.HttpServer;
import dev.gori.kernel.disk.Disk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// `rule_query_offset` of `global` applies to groups without their own `query_offset`.
@ExtendWith(NoLeaks.class)
final class RuleQueryOffsetTest {

  private static final String RULES =
      """
            groups:
            - {name: plain, rules: [{record: plain, expr: time()}]}
            - {name: own, query_offset: 5s, rules: [{record: own, expr: time()}]}
            """;

  @Test
  void groupsLookBackAsFarAsItSays(@TempDir Path folder) throws IOException, InterruptedException {
    var time = new ManualClock();
    var config =
        new MetricsConfig(
            new MetricsConfig.TextFile("s.yaml", "global: {rule_query_offset: 1m}"),
            List.of(new MetricsConfig.TextFile("rules.yaml", RULES)),
            Optional.empty(),
            Optional.empty(),
            URI.create("http://gori/prometheus"));
    try (var metrics =
            Metrics.open(
                MetricsSettings.DEFAULTS,
                config,
                time,
                Disk.local(),
                folder,
                LoggerFactory.getLogger("metrics"),
                new SelfMetrics());
        var server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN)) {
      server.mount(metrics.mounts());
      metrics.runOnce();
      var client =
          new PrometheusClient(URI.create(server.uri() + "/prometheus"), Duration.ofSeconds(10));
      assertThat(client.instant("time() - plain", time.now()))
          .isInstanceOfSatisfying(Outcome.Answer.class, it -> assertThat(it.value()).isEqualTo(60));
      assertThat(client.instant("time() - own", time.now()))
          .isInstanceOfSatisfying(Outcome.Answer.class, it -> assertThat(it.value()).isEqualTo(5));
    }
  }
}

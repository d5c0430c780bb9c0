package dev.gori.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gori.testkit.NoLeaks;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// HTTP service discovery.
@ExtendWith(NoLeaks.class)
final class HttpDiscoveryTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;

  private static String config(RawTarget server) {
    return """
        scrape_configs:
        - job_name: j
          http_sd_configs:
          - url: http://%s/targets?dc=1
            refresh_interval: 30s
            basic_auth: {username: u, password: p}
          relabel_configs:
          - {source_labels: [__meta_url], regex: '.*dc=(.*)', target_label: dc}
        """
        .formatted(server.address());
  }

  private static RawTarget lists(RawTarget server, String json) {
    return server.shows("application/json; charset=utf-8", json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> labels(ScrapeRig rig) {
    return rig.scraping.targets().stream().map(one -> one.labels().toString()).toList();
  }

  private static double failures(ScrapeRig rig) {
    return rig.metrics.registry().scrape("prometheus_sd_http_failures"::equals).stream()
        .flatMap(one -> one.getDataPoints().stream())
        .mapToDouble(point -> ((CounterSnapshot.CounterDataPointSnapshot) point).getValue())
        .sum();
  }

  @Test
  void listsAreFetchedAgainAndWrongOnesChangeNothing() throws IOException {
    try (var server = RawTarget.start()) {
      lists(server, "[{\"targets\": [\"a:1\", \"b:2\"], \"labels\": {\"team\": \"x\"}}]");
      try (var rig = new ScrapeRig(folder, config(server))) {
        await().atMost(SOON).until(() -> labels(rig).size() == 2);
        assertThat(labels(rig))
            .containsExactly(
                "{dc=\"1\", instance=\"a:1\", job=\"j\", team=\"x\"}",
                "{dc=\"1\", instance=\"b:2\", job=\"j\", team=\"x\"}");
        assertThat(server.header("Authorization")).isEqualTo("Basic dTpw");
        assertThat(server.header("X-Prometheus-Refresh-Interval-Seconds")).isEqualTo("30.0");

        int wrong = 0;
        for (var answer :
            List.of(
                "{}",
                "[{\"targets\": [1]}]",
                "[{\"target\": []}]",
                "[{\"targets\": [\"c:1\"], \"labels\": {\"a\": {}}}]",
                "[")) {
          lists(server, answer);
          int failed = ++wrong;
          again(rig, () -> failures(rig) == failed);
          assertThat(labels(rig)).as(answer).hasSize(2);
        }
        server.shows("text/plain", "[]".getBytes(StandardCharsets.UTF_8));
        again(rig, () -> failures(rig) == 6);
        server.answers(call -> call.sendResponseHeaders(503, -1));
        again(rig, () -> failures(rig) == 7);
        assertThat(labels(rig)).hasSize(2);

        lists(server, "[{\"targets\": [\"c:3\"]}]");
        again(rig, () -> labels(rig).size() == 1);
        assertThat(labels(rig).getFirst()).contains("instance=\"c:3\"");
        lists(server, "[]");
        again(rig, () -> labels(rig).isEmpty());
      }
    }
  }

  private static void again(ScrapeRig rig, Callable<Boolean> until) {
    rig.time.forward(Duration.ofSeconds(31));
    rig.scraping.sync();
    await().atMost(SOON).until(until);
  }
}

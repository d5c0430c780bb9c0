package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.conf.Problems;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.metrics.Metrics;
import dev.gori.metrics.MetricsConfig.TextFile;
import dev.gori.metrics.MetricsSettings;
import dev.gori.metrics.scrape.ConfigDirectory;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.Golden;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One text of the platform's jobs and the environment's own, for our role and for a real
/// Prometheus.
final class ScrapeTargetsTest {

  private static final String OWN =
      """
            global:
              scrape_interval: 15s
              external_labels: {region: north, zone: "on"}
            scrape_configs:
            - job_name: shop
              static_configs: &where [{targets: ['localhost:9100'], labels: {team: "7"}}]
            - job_name: shop-too
              static_configs: *where
            alerting:
              alert_relabel_configs: [{action: labeldrop, regex: replica}]
              alertmanagers: [{static_configs: [{targets: ['localhost:9193']}]}]
            """;

  private final ScrapeTargets targets =
      new ScrapeTargets(
          new EnvironmentName("dev"),
          List.of(URI.create("http://127.0.0.1:7010"), URI.create("http://other:7120")),
          new TreeMap<>(Map.of("node", URI.create("http://127.0.0.1:7010"))),
          MetricsSettings.DEFAULTS,
          Optional.empty());

  @Test
  void theTextsHaveBoth() {
    Golden.matches(
        "scrape-targets.txt",
        "nothing of its own:\n%s\nall of its own:\n%s\nfor a Prometheus:\n%s"
            .formatted(
                targets.scrapeConfig(Optional.of("# nothing yet\n")),
                targets.scrapeConfig(Optional.of(OWN)),
                whole("/data/dev/prometheus/rules")));
  }

  private String whole(String rules) {
    return targets.prometheusYaml(
        Optional.of(OWN),
        rules,
        URI.create("http://127.0.0.1:7010/alertmanager"),
        "/data/dev/token");
  }

  @Test
  void ourRoleTakesItsText() {
    var problems = new Problems();
    Metrics.check(
        MetricsSettings.DEFAULTS,
        new TextFile("prometheus.yml", targets.scrapeConfig(Optional.of(OWN))),
        ConfigDirectory.closed(Path.of("/data/dev/prometheus"), "dev"),
        List.of(),
        problems);
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void aRealPrometheusTakesItsOwn(@TempDir Path folder) throws IOException, InterruptedException {
    var promtool = ExternalTools.program("promtool");
    var rules = Files.createDirectory(folder.resolve("rules"));
    var file =
        Files.writeString(
            folder.resolve("prometheus.yml"),
            whole(rules.toString())
                .replace(
                    "/data/dev/token", Files.writeString(folder.resolve("token"), "t").toString()));
    var check =
        new ProcessBuilder(promtool.toString(), "check", "config", file.toString())
            .redirectErrorStream(true)
            .start();
    var said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(check.waitFor()).as(said).isZero();
  }
}

package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.drill.Drills;
import dev.gori.app.running.Poller;
import dev.gori.clients.PrometheusClient.Outcome;
import dev.gori.kernel.life.Closer;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// dev with a real Prometheus and a real Alertmanager in the places of its own, both with the files
/// that the program writes for them. prod stays on the embedded ones. The loop and the rollback
/// must not tell the difference.
@ExtendWith(NoLeaks.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RealPeersTest {

  @TempDir static Path folder;

  private static final Closer CLOSER = new Closer();
  private static PlatformRig rig;
  private static URI metrics;
  private static URI alerts;

  @BeforeAll
  static void start() throws IOException {
    var prometheus = ExternalTools.program("prometheus");
    var alertmanager = ExternalTools.program("prometheus-alertmanager");
    metrics = address(Server.freePort());
    alerts = address(Server.freePort());
    rig =
        CLOSER.add(
            "platform",
            PlatformRig.start(
                folder,
                Map.of(
                    "dev",
                    Map.of(
                        "metrics",
                        "{url: '%s', scrape_interval: 1s}".formatted(metrics),
                        "alerts",
                        "{url: '%s'}".formatted(alerts)))));
    CLOSER.add(
        "prometheus",
        Server.start(
            folder.resolve("prometheus"),
            List.of(
                prometheus.toString(),
                "--config.file=" + written("prometheus/prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("prometheus/data"),
                "--web.listen-address=" + metrics.getAuthority(),
                "--web.enable-lifecycle"),
            Map.of(),
            URI.create(metrics + "/-/ready")));
    var routing = written("alertmanager/alertmanager.yaml");
    CLOSER.add(
        "alertmanager",
        Server.start(
            folderOf(routing),
            List.of(
                alertmanager.toString(),
                "--config.file=" + routing,
                "--storage.path=" + folder.resolve("alertmanager-data"),
                "--web.listen-address=" + alerts.getAuthority(),
                "--cluster.listen-address="),
            Map.of(),
            URI.create(alerts + "/-/ready")));
  }

  private static URI address(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  /// A file that the program writes for a server from outside, once it is there.
  private static Path written(String name) {
    var file = rig.data().resolve("dev").resolve(name);
    assertThat(Poller.untilTrue(PlatformRig.SOON, () -> Files.exists(file)))
        .as("%s is written", file)
        .isTrue();
    return file;
  }

  /// Alertmanager looks for `slack-url` where it is started.
  private static Path folderOf(Path file) {
    return Objects.requireNonNull(file.getParent());
  }

  @AfterAll
  static void stop() {
    CLOSER.close();
  }

  @Test
  @Order(1)
  void theLoopRunsOnThem() throws IOException {
    rig.loopOnce();
  }

  @Test
  @Order(2)
  void theyRunWithTheFilesOfTheWorkspace() {
    assertThat(rig.dev().alerts().status().config())
        .contains("receiver: slack-dev")
        .doesNotContain("slack-prod");
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () -> isSeen("ALERTS{alertname=\"Watchdog\",alertstate=\"firing\"}")))
        .as("the rules")
        .isTrue();
    assertThat(isSeen("up{namespace=\"serving-dev\"} == 1")).as("the scrapes").isTrue();
    assertThat(isSeen("up{namespace!~\".+-dev\"}")).as("only its own namespaces").isFalse();
    assertThat(isSeen("up == 0")).as("targets that are not there").isFalse();
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () -> rig.dev().alerts().alerts(List.of("alertname=\"Watchdog\"")).size() == 1))
        .as("Prometheus reaches Alertmanager")
        .isTrue();
  }

  private static boolean isSeen(String query) {
    return rig.dev().metrics().instant(query, rig.dev().now()) instanceof Outcome.Answer;
  }

  @Test
  @Order(3)
  void aBadModelGoesBackByItselfOnThem() throws IOException {
    var transcript = new ByteArrayOutputStream();
    var terminal = new Terminal(new PrintStream(transcript, true, StandardCharsets.UTF_8), false);

    boolean met = Drills.BAD_MODEL.run(rig.running(), "dev", rig.workspace(), terminal);

    assertThat(met).as(transcript.toString(StandardCharsets.UTF_8).replace("%", "%%")).isTrue();
    assertThat(PlatformRig.answering(rig.dev())).isEqualTo(1);
    assertThat(rig.declared(rig.dev(), "serving.yaml"))
        .contains("version: 1")
        .doesNotContain("version: 2");
    assertThat(PlatformRig.inbox(rig.dev()))
        .contains("[FIRING][DEV] RolloutRolledBack", "[RESOLVED][DEV] RolloutRolledBack");
    assertThat(PlatformRig.inbox(rig.prod())).doesNotContain("RolloutRolledBack");
  }

  @Test
  @Order(4)
  void aCommittedRuleReachesThem() {
    rig.commit(
        rig.dev(),
        "rules/metrics/platform.yaml",
        text -> text.replace("alert: Watchdog", "alert: AnotherWatchdog"),
        "Name it otherwise");
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON, () -> isSeen("ALERTS{alertname=\"AnotherWatchdog\"}")))
        .as("Prometheus is reloaded")
        .isTrue();
    rig.commit(
        rig.dev(),
        "alertmanager.yaml",
        text -> text.replace("'#gori-dev'", "'#other-dev'"),
        "Tell another channel");
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () -> rig.dev().alerts().status().config().contains("#other-dev")))
        .as("Alertmanager is reloaded")
        .isTrue();
  }

  @Test
  @Order(5)
  void aCommittedJobReachesThem() {
    rig.commit(
        rig.dev(),
        Map.of(
            "prometheus.yml",
            _ ->
                """
                                global: {external_labels: {region: north}}
                                scrape_configs:
                                - job_name: prometheus
                                  static_configs: [{targets: ['%s']}]
                                - job_name: alertmanager
                                  file_sd_configs: [{files: [scrape/targets.yml]}]
                                """
                    .formatted(metrics.getAuthority()),
            "scrape/targets.yml",
            _ -> "- targets: ['%s']\n".formatted(alerts.getAuthority())),
        "Watch them too");
    for (var job : List.of("prometheus", "alertmanager", "serving")) {
      assertThat(
              Poller.untilTrue(
                  PlatformRig.SOON, () -> isSeen("up{job=\"%s\"} == 1".formatted(job))))
          .as("%s: %s", job, rig.dev().delivery().desired())
          .isTrue();
    }
    assertThat(
            Poller.untilTrue(PlatformRig.SOON, () -> isSeen("ALERTS{alertname=~\".*Watchdog\"}")))
        .as("the rules")
        .isTrue();
  }
}

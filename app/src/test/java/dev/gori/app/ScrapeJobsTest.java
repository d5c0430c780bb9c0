package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.clients.PrometheusClient.Outcome;
import dev.gori.git.CommitId;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.life.Closer;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Jobs that a person adds to an environment by commits: they are scraped beside the platform's
/// own, a mistake is refused with its line while everything goes on, and no name leads into another
/// environment.
@ExtendWith(NoLeaks.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ScrapeJobsTest {

  private static final String FILE = "prometheus.yml";

  /// A target of others: its port comes from the command line.
  private static final String EXPORTER =
      """
            import sys, threading
            from prometheus_client import Counter, start_http_server
            Counter('orders', 'Orders taken.', ['shop']).labels('north').inc(7)
            start_http_server(int(sys.argv[1]), '127.0.0.1')
            threading.Event().wait()
            """;

  @TempDir static Path folder;

  private static final Closer CLOSER = new Closer();
  private static PlatformRig rig;
  private static int port;
  private static String good = "";

  @BeforeAll
  static void start() throws IOException {
    var python = ExternalTools.python("prometheus_client");
    port = Server.freePort();
    CLOSER.add(
        "exporter",
        Server.start(
            folder.resolve("exporter"),
            List.of(python.toString(), "-c", EXPORTER, String.valueOf(port)),
            Map.of(),
            URI.create("http://127.0.0.1:%d/metrics".formatted(port))));
    rig = CLOSER.add("platform", PlatformRig.start(folder));
  }

  @AfterAll
  static void stop() {
    CLOSER.close();
  }

  @Test
  @Order(1)
  void aCommittedJobIsScrapedBesideThePlatformsOwn() {
    awaitSeries(rig.dev(), "up{job=\"node\"} == 1");
    good =
        """
                global:
                  external_labels: {region: '${GORI_DEV_NOT_SET}north'}
                scrape_configs:
                - job_name: shop
                  scrape_interval: 500ms
                  basic_auth: {username: scraper, password: hunter2}
                  static_configs:
                  - targets: ['127.0.0.1:%d']
                """
            .formatted(port);
    commit(Map.of(FILE, _ -> good));

    awaitSeries(rig.dev(), "orders_total{job=\"shop\", shop=\"north\"} == 7");
    awaitSeries(rig.dev(), "up{job=\"node\"} == 1");
    assertThat(seen(rig.prod(), "{job=\"shop\"}")).as("prod scrapes it").isFalse();
    assertThat(config(rig.dev()))
        .contains("job_name: shop", "job_name: serving", "region: ", "<secret>")
        .doesNotContain("hunter2");
    assertThat(config(rig.prod())).contains("job_name: serving").doesNotContain("shop");
  }

  @Test
  @Order(2)
  void jobsAndTargetsCanBeInFilesOfTheirOwn() {
    commit(
        Map.of(
            FILE,
            text -> text + "scrape_config_files: ['scrape/jobs-*.yml']\n",
            "scrape/jobs-more.yml",
            _ ->
                """
                                scrape_configs:
                                - job_name: more
                                  scrape_interval: 500ms
                                  file_sd_configs: [{files: [targets.json]}]
                                """,
            "scrape/targets.json",
            _ -> "[{\"targets\": [\"127.0.0.1:%d\"]}]".formatted(port)));
    awaitSeries(rig.dev(), "orders_total{job=\"more\"}");
    assertThat(seen(rig.dev(), "orders_total{job=\"shop\"}")).isTrue();
    good = rig.declared(rig.dev(), FILE);
  }

  record Bad(String what, String from, String to, String problem) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Bad> mistakes() {
    return Stream.of(
        new Bad(
            "a key that is none",
            "scrape_interval: 500ms",
            "scrape_intervall: 500ms",
            "environments/dev/prometheus.yml:5 scrape_configs[0]: unknown key 'scrape_intervall', did you mean 'scrape_interval'?"),
        new Bad(
            "the name of a job of the platform",
            "job_name: shop",
            "job_name: serving",
            "environments/dev/prometheus.yml:4 scrape_configs[0].job_name: 'serving' is a reserved job name (expected: another name)"),
        new Bad(
            "rule files",
            "global:",
            "rule_files: ['rules/*.yaml']\nglobal:",
            "environments/dev/prometheus.yml:1 rule_files: 'rule_files' (expected: no such key: all rule files of the environment are loaded)"),
        new Bad(
            "a secret of prod",
            "password: hunter2",
            "password_file: ../../prod/token",
            "environments/dev/prometheus.yml:6 password_file: '../../prod/token' (expected: a file in FOLDER, without '..' out of it; put or link what is needed there)"),
        new Bad(
            "a secret of prod by its whole name",
            "password: hunter2",
            "password_file: %s".formatted("DATA/prod/token"),
            "environments/dev/prometheus.yml:6 password_file: 'DATA/prod/token' (expected: a file in FOLDER, without '..' out of it; put or link what is needed there)"),
        new Bad(
            "a variable of prod",
            "GORI_DEV_NOT_SET",
            "GORI_PROD_TOKEN",
            "environments/dev/prometheus.yml:2 global.external_labels: the variable GORI_PROD_TOKEN (expected: a variable with the prefix GORI_DEV_, others are not this environment's)"),
        new Bad(
            "jobs of prod",
            "scrape/jobs-*.yml",
            "../../prod/prometheus/scrape/*.yml",
            "environments/dev/prometheus.yml:9 scrape_config_files: '../../prod/prometheus/scrape/*.yml' (expected: a file in FOLDER, without '..' out of it; put or link what is needed there)"),
        new Bad(
            "jobs that are not in Git",
            "scrape/jobs-*.yml",
            "other/*.yml",
            "environments/dev/prometheus.yml:9 scrape_config_files: 'other/*.yml': such files are in Git (expected: a pattern in scrape/)"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  @Order(3)
  void aMistakeIsRefusedWithItsLineAndNothingChanges(Bad bad) {
    var applied = rig.dev().delivery().desired().path("applied").asString("");
    var text = good.replace(bad.from(), real(bad.to()));
    assertThat(text).isNotEqualTo(good);
    var refused = rig.commit(rig.dev(), FILE, _ -> text, "By mistake: " + bad.what());

    assertThat(problems(refused)).containsExactly(real(bad.problem()));
    assertThat(rig.dev().delivery().desired().path("applied").asString("")).isEqualTo(applied);
    assertThat(config(rig.dev())).contains("job_name: shop");
    awaitSeries(rig.dev(), "orders_total{job=\"shop\"}");
  }

  private static String real(String text) {
    return text.replace("FOLDER", rig.data().resolve("dev/prometheus").toString())
        .replace("DATA", rig.data().toString());
  }

  @Test
  @Order(4)
  void theNextRightCommitIsApplied() {
    commit(Map.of(FILE, _ -> good.replace("job_name: shop", "job_name: store")));
    awaitSeries(rig.dev(), "orders_total{job=\"store\"}");
    awaitSeries(rig.dev(), "orders_total{job=\"more\"}");
    assertThat(seen(rig.dev(), "orders_total{job=\"shop\"}")).as("the job is gone").isFalse();
    assertThat(Files.exists(rig.data().resolve("prod/prometheus/scrape/targets.json"))).isFalse();
  }

  private static void commit(Map<String, UnaryOperator<String>> changes) {
    var commit = rig.commit(rig.dev(), changes, "Scrape more");
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () ->
                    rig.dev()
                        .delivery()
                        .desired()
                        .path("applied")
                        .asString("")
                        .equals(commit.value())))
        .as("applied: %s", rig.dev().delivery().desired())
        .isTrue();
  }

  private static List<String> problems(CommitId commit) {
    return Poller.until(
            PlatformRig.SOON,
            () ->
                rig.dev()
                    .delivery()
                    .change(commit.value())
                    .filter(one -> !one.path("problems").isEmpty()))
        .map(one -> one.path("problems").valueStream().map(p -> p.asString()).toList())
        .orElseThrow(() -> new AssertionError("not judged: " + rig.dev().delivery().desired()));
  }

  private static void awaitSeries(RunningEnvironment environment, String query) {
    assertThat(Poller.untilTrue(PlatformRig.SOON, () -> seen(environment, query)))
        .as(query)
        .isTrue();
  }

  private static boolean seen(RunningEnvironment environment, String query) {
    return environment.metrics().instant(query, environment.now()) instanceof Outcome.Answer;
  }

  private static String config(RunningEnvironment environment) {
    try (var calls = HttpCalls.within(Duration.ofSeconds(10))) {
      var answer = calls.get(environment.at("/prometheus/api/v1/status/config"));
      return Json.parse(answer.body()).path("data").path("yaml").asString("");
    }
  }
}

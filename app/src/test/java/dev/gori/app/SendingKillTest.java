package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.life.Closer;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The program as a process that sends its metrics on to a real Prometheus, killed with `kill -9`
/// while it sends and while the receiver is away: what was acknowledged is at the receiver, each
/// sample once.
@ExtendWith(NoLeaks.class)
final class SendingKillTest {

  /// Acknowledged between two events, at least.
  private static final int MORE = 1_000;

  /// Scrapes that are enough to tell.
  private static final int FEW = 5;

  private static final String SCRAPED = "up{job=\"node\"}";

  @TempDir static Path folder;

  private static final Closer CLOSER = new Closer();
  private static HttpCalls calls;
  private static Path prometheus;
  private static URI receiver;
  private static GoriProcess program;

  @BeforeAll
  static void prepare() throws IOException {
    prometheus = ExternalTools.program("prometheus");
    receiver = URI.create("http://127.0.0.1:" + Server.freePort());
    calls = CLOSER.add("calls", HttpCalls.within(Duration.ofSeconds(10)));
    var metrics =
        "{scrape_interval: 1s, evaluation_interval: 5s, remote_write_to: [{url: '%s/api/v1/write', queue_config: {batch_send_deadline: 100ms, max_backoff: 500ms, max_samples_per_send: 100}}]}"
            .formatted(receiver);
    program =
        CLOSER.add("program", GoriProcess.in(folder, Map.of("dev", Map.of("metrics", metrics))));
  }

  @AfterAll
  static void stop() {
    CLOSER.close();
  }

  @Test
  void whatWasAcknowledgedIsAtTheReceiverOnceThoughTheProgramWasKilled() throws IOException {
    var first = receiver();
    var dev = up();
    try (var pushed = Numbered.pushedTo(dev, "numbered")) {
      awaitThere(pushed, MORE);
      assertThat(Poller.untilTrue(PlatformRig.SOON, () -> !times(receiver).isEmpty()))
          .as("scraped samples arrive")
          .isTrue();

      program.kill(); // while it sends
      up();
      pushed.awaitMore(MORE);
      first.close();
      pushed.awaitMore(MORE); // into the queue
      assertThat(pending()).as("samples that wait").isGreaterThanOrEqualTo(MORE);
      program.kill(); // while the receiver is away
      dev = up();
      assertThat(pending()).as("samples that wait").isGreaterThanOrEqualTo(MORE);
      pushed.awaitMore(MORE);
      receiver();
      pushed.awaitMore(MORE);
      pushed.stop();

      assertThat(pushed.acknowledged()).isGreaterThanOrEqualTo(5 * MORE);
      Poller.untilTrue(PlatformRig.SOON, () -> pushed.missing(pushed.at(receiver)) == 0);
      pushed.areAllIn(pushed.at(receiver));
      scrapesAreThere(dev);
    }
  }

  private static Server receiver() throws IOException {
    var home = Files.createDirectories(folder.resolve("receiver"));
    var config = Files.writeString(home.resolve("prometheus.yml"), "global: {}\n");
    return CLOSER.add(
        "receiver",
        Server.start(
            home,
            List.of(
                prometheus.toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + home.resolve("data"),
                "--web.listen-address=" + receiver.getAuthority(),
                "--web.enable-remote-write-receiver"),
            Map.of(),
            URI.create(receiver + "/-/ready")));
  }

  private static RunningEnvironment up() throws IOException {
    return program.up("--env", "dev").environment("dev");
  }

  private static void awaitThere(Numbered pushed, int samples) {
    assertThat(
            Poller.untilTrue(PlatformRig.SOON, () -> pushed.at(receiver).cardinality() >= samples))
        .as("%d pushed samples arrive", samples)
        .isTrue();
  }

  /// What the program says that it has not sent yet.
  private static long pending() {
    return program
        .running()
        .environment("dev")
        .get("/metrics/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("prometheus_remote_storage_samples_pending{"))
        .mapToLong(line -> (long) Double.parseDouble(line.replaceAll(".* ", "")))
        .sum();
  }

  /// The receiver has every scrape that the store has, except the one in progress at each kill,
  /// which the store never acknowledged.
  private static void scrapesAreThere(RunningEnvironment environment) {
    var store = environment.at("/prometheus");
    Poller.untilTrue(PlatformRig.SOON, () -> times(store).size() > FEW);
    var ours = times(store);
    var missing = new TreeSet<>(ours);
    Poller.untilTrue(
        Duration.ofSeconds(5),
        () -> {
          missing.removeAll(times(receiver));
          return missing.isEmpty();
        });
    assertThat(ours).hasSizeGreaterThan(FEW);
    assertThat(missing).as("of %d scrapes", ours.size()).hasSizeLessThanOrEqualTo(2);
  }

  private static TreeSet<String> times(URI server) {
    var times = new TreeSet<String>();
    var query = URLEncoder.encode(SCRAPED + "[30m]", StandardCharsets.UTF_8);
    var answer = calls.get(URI.create(server + "/api/v1/query?query=" + query));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    for (var series : Json.parse(answer.text()).path("data").path("result")) {
      series.path("values").forEach(sample -> times.add(sample.toString()));
    }
    return times;
  }
}

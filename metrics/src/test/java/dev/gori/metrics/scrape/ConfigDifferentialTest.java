package dev.gori.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gori.base.conf.Problems;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.FaultException;
import dev.gori.testkit.ExternalTools;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The valid and invalid configurations in `scrape/configs.txt`: Gori must decide as Prometheus,
/// and report the line that is marked with `#!`.
final class ConfigDifferentialTest {

  private static final ScrapeConfig.Defaults DEFAULTS =
      new ScrapeConfig.Defaults(
          Duration.ofMinutes(1),
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          ConfigDirectory.open(Path.of("/nowhere")),
          false);

  /// @param verdict `good`, `bad`, or, where they differ, `stricter` (only Gori rejects it) or
  ///   `looser` (only Gori accepts it); with `/promtool` if the Prometheus built for tests lacks
  ///   the feature and Debian's promtool is used
  record Written(String verdict, String name, String text) {
    boolean isGood() {
      return verdict.startsWith("good") || verdict.startsWith("looser");
    }

    boolean isGoodElsewhere() {
      return verdict.startsWith("good") || verdict.startsWith("stricter");
    }

    boolean isForPromtool() {
      return verdict.endsWith("/promtool");
    }

    @Override
    public String toString() {
      return verdict + ": " + name;
    }
  }

  static Stream<Written> all() throws IOException {
    var all = new ArrayList<Written>();
    var text = Files.readString(Path.of("src/test/resources/scrape/configs.txt"));
    for (var part : text.split("(?m)^=== ")) {
      if (!part.isEmpty()) {
        var head = part.lines().findFirst().orElseThrow();
        var body = part.substring(head.length() + 1);
        all.add(
            new Written(
                head.substring(0, head.indexOf(' ')), head.substring(head.indexOf(' ') + 1), body));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void oursIsAsItIsDeclared(Written written) {
    var problems = new Problems();
    ScrapeConfig.parse("f.yml", written.text(), DEFAULTS, problems);
    if (written.isGood()) {
      assertThat(problems.all()).isEmpty();
      return;
    }
    assertThat(problems.all()).isNotEmpty();
    var lines = written.text().lines().toList();
    int marked =
        lines.indexOf(lines.stream().filter(l -> l.endsWith("#!")).findFirst().orElseThrow());
    assertThat(problems.all())
        .anySatisfy(
            problem -> assertThat(problem).matches("f\\.yml:%d\\b.*".formatted(marked + 1)));
  }

  @TempDir Path folder;

  @Test
  void prometheusSaysTheSame() throws IOException, InterruptedException {
    var program = System.getenv("GORI_PROMETHEUS3");
    Assumptions.assumeTrue(
        program != null, "skipped, needs a Prometheus 3 whose path is in GORI_PROMETHEUS3");
    var file = Files.writeString(folder.resolve("f.yml"), "");
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    var base = "http://127.0.0.1:" + port;
    var process =
        new ProcessBuilder(
                program,
                "--config.file=" + file,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--web.enable-lifecycle")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try (var calls = HttpCalls.within(Duration.ofSeconds(20))) {
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreException(FaultException.class)
          .until(() -> calls.get(URI.create(base + "/-/ready")).isOk());
      var differ = new ArrayList<String>();
      for (var written : all().filter(one -> !one.isForPromtool()).toList()) {
        Files.writeString(file, written.text());
        var answer =
            calls.post(URI.create(base + "/-/reload"), "text/plain", new byte[0], Map.of());
        if (answer.isOk() != written.isGoodElsewhere()) {
          differ.add("%s: %s".formatted(written, answer.text()));
        }
      }
      assertThat(differ).isEmpty();
    } finally {
      process.destroyForcibly();
      process.onExit().join();
    }
  }

  @Test
  void promtoolSaysTheSame() throws IOException, InterruptedException {
    var promtool = ExternalTools.program("promtool");
    for (var written : all().filter(Written::isForPromtool).toList()) {
      var file = Files.writeString(folder.resolve("f.yml"), written.text());
      var check =
          new ProcessBuilder(promtool.toString(), "check", "config", file.toString())
              .redirectErrorStream(true)
              .start();
      var said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(check.waitFor() == 0)
          .as("%s: %s", written, said)
          .isEqualTo(written.isGoodElsewhere());
    }
  }
}

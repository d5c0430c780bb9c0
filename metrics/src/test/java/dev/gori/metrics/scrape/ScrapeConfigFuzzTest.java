package dev.gori.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gori.base.conf.Problems;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// Every scrape configuration is accepted, or its problems are reported with the file name. Stored
/// cases run with every build; `bench/fuzz/run` finds new ones.
final class ScrapeConfigFuzzTest {

  private static final ScrapeConfig.Defaults DEFAULTS =
      new ScrapeConfig.Defaults(
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          Duration.ofSeconds(15),
          ConfigDirectory.open(Path.of("/nowhere")),
          false);

  @FuzzTest
  void yaml(byte[] bytes) {
    var text = new String(bytes, StandardCharsets.UTF_8);
    var problems = new Problems();
    var config = ScrapeConfig.parse("scrape.yaml", text, DEFAULTS, problems);
    if (problems.isEmpty()) {
      assertThat(ScrapeConfig.parse("again.yaml", config.text(), DEFAULTS, new Problems()).text())
          .as("what is shown reads back the same")
          .isEqualTo(config.text());
      assertThat(config.jobs()).allSatisfy(job -> assertThat(job.name()).isNotEmpty());
    }
    assertThat(problems.all()).allSatisfy(line -> assertThat(line).contains("scrape.yaml"));
  }
}

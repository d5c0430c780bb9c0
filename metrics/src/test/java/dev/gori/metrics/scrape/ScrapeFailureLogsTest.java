package dev.gori.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The content of `scrape_failure_log_file`: a real target, a real file.
@ExtendWith(NoLeaks.class)
final class ScrapeFailureLogsTest {

  @TempDir Path folder;

  @Test
  void scrapesThatFailAreLinesOfTheirFile() throws Exception {
    try (var target = RawTarget.start().answers(call -> call.sendResponseHeaders(503, -1));
        var rig =
            new ScrapeRig(
                folder, ScrapeRig.job(target, "scrape_failure_log_file: logs/failed.log"))) {
      rig.round();
      target.shows("a 1\n");
      rig.round();
      rig.reload(ScrapeRig.job(target, "scrape_failure_log_file: logs/other.log"));
      target.shows("a a\n");
      rig.round();
      assertThat(Files.readAllLines(folder.resolve("logs/failed.log")))
          .singleElement()
          .asString()
          .startsWith("{\"time\":\"2030-01-01T00:00:")
          .endsWith(
              "\"level\":\"ERROR\",\"msg\":\"server returned HTTP status 503\",\"job_name\":\"j\",\"target\":\"http://%s/metrics\"}"
                  .formatted(target.address()));
      assertThat(Files.readString(folder.resolve("logs/other.log"))).contains("line 1: ");
    }
  }
}

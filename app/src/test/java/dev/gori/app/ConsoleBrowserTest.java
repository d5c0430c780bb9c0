package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.ExternalTools;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The console in a real browser: the page of a platform that has just started.
final class ConsoleBrowserTest {

  @Test
  void aPageShowsWhatServesWhatChangedAndWhatFires(@TempDir Path folder)
      throws IOException, InterruptedException {
    var chromium = ExternalTools.program("chromium");
    try (var time = new WallTime();
        var platform =
            Platform.start(
                Platform.Options.all(folder.resolve("data"), Path.of("../workspace"), 0), time)) {
      var page =
          dom(
              chromium,
              folder.resolve("browser"),
              URI.create(platform.addresses().console() + "/environments/prod"));
      assertThat(page)
          .contains(
              "<title>prod · Gori</title>",
              "What serves",
              "No model yet",
              "Last changes",
              "Pipeline runs",
              "Firing alerts",
              "Inbox")
          .contains("href=\"/environments/dev\"", "/mlflow", "/alertmanager")
          .doesNotContain("cannot be reached");
    }
  }

  private static String dom(Path chromium, Path profile, URI page)
      throws IOException, InterruptedException {
    var browser =
        new ProcessBuilder(
                List.of(
                    chromium.toString(),
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--user-data-dir=" + profile,
                    "--virtual-time-budget=2000",
                    "--dump-dom",
                    page.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    var text = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(browser.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return text;
  }
}

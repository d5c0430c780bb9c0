package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.LokiClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// What the roles wrote to their files is in the log store: every line, and each once.
final class ShippedOnce {

  private static final int MOST = 5_000;

  private ShippedOnce() {}

  static void everyLine(RunningEnvironment environment) throws IOException {
    var now = environment.now();
    try (var files = Files.list(environment.folder().resolve("logs"))) {
      for (var file : files.filter(one -> one.toString().endsWith(".log")).sorted().toList()) {
        var lines = written(file, now);
        var role = file.getFileName().toString().replace(".log", "");
        Poller.untilTrue(
            PlatformRig.SOON, () -> stored(environment, role, now).size() >= lines.size());
        assertThat(stored(environment, role, now))
            .as("%s of %s", file.getFileName(), environment.name())
            .hasSizeLessThan(MOST)
            .containsExactlyInAnyOrderElementsOf(lines);
      }
    }
  }

  private static List<String> written(Path file, Instant until) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !moment(line).isAfter(until))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Instant moment(String line) {
    return Instant.parse(line.replaceAll(".*\"ts\":\"([^\"]+)\".*", "$1"));
  }

  private static List<String> stored(RunningEnvironment environment, String role, Instant until) {
    var query = "{namespace=~\".+-%s\", container=\"%s\"}".formatted(environment.name(), role);
    return environment
        .logs()
        .queryRange(query, until.minus(Duration.ofHours(1)), until, MOST)
        .stream()
        .flatMap(stream -> stream.entries().stream())
        .map(LokiClient.Entry::line)
        .filter(line -> !moment(line).isAfter(until))
        .toList();
  }
}

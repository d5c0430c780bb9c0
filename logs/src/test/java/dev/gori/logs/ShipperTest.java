package dev.gori.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.clients.LokiClient;
import dev.gori.kernel.label.Labels;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The shipper and the store together, over HTTP.
@ExtendWith(NoLeaks.class)
final class ShipperTest {

  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

  @TempDir Path folder;

  private final ManualClock time = new ManualClock();
  private Path live;
  private int written;

  @BeforeEach
  void folders() throws IOException {
    live = Files.createDirectories(folder.resolve("logs")).resolve("gateway.log");
  }

  private LogsServer server() throws IOException {
    return new LogsServer(folder, "dev", time, NOWHERE);
  }

  private void write(int lines) throws IOException {
    var text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      written++;
      text.append("{\"ts\":\"")
          .append(time.now().minusSeconds(3600).plusNanos(written))
          .append("\",\"level\":\"info\",\"msg\":\"line ")
          .append(written)
          .append("\"}\n");
    }
    Files.writeString(live, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private void turnOver() throws IOException {
    for (int i = 3; i >= 1; i--) {
      var old = live.resolveSibling("gateway.log." + i);
      if (Files.exists(old)) {
        Files.move(
            old,
            live.resolveSibling("gateway.log." + (i + 1)),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.move(live, live.resolveSibling("gateway.log.1"));
  }

  private List<String> stored(LogsServer server) {
    try (var client = new LokiClient(server.uri(), null, Duration.ofSeconds(10))) {
      var lines = new ArrayList<String>();
      client
          .queryRange(
              "{namespace=\"serving-dev\"}", time.now().minusSeconds(7200), time.now(), 5000)
          .forEach(
              stream ->
                  stream
                      .entries()
                      .forEach(
                          entry -> lines.add(entry.line().replaceAll(".*line (\\d+)\".*", "$1"))));
      return lines;
    }
  }

  private List<String> all() {
    var numbers = new ArrayList<String>();
    for (int i = 1; i <= written; i++) {
      numbers.add(Integer.toString(i));
    }
    return numbers;
  }

  @Test
  void shipsWholeLinesWithTheirLabelsAndMoments() throws IOException {
    Files.writeString(
        live.resolveSibling("pipelines.log"),
        "{\"ts\":\"2029-12-31T23:00:00.000000007Z\",\"level\":\"error\",\"msg\":\"[DP] x\"}\n{\"ts\":\"2029");
    try (var server = server();
        var client = new LokiClient(server.uri(), null, Duration.ofSeconds(10))) {
      assertThat(server.logs.ship()).isEqualTo(1);
      assertThat(
              client.queryRange(
                  "{namespace=\"pipelines-dev\"}", time.now().minusSeconds(7200), time.now(), 10))
          .containsExactly(
              new LokiClient.Stream(
                  Labels.of(
                      "namespace",
                      "pipelines-dev",
                      "app",
                      "pipelines",
                      "container",
                      "pipelines",
                      "level",
                      "error"),
                  List.of(
                      new LokiClient.Entry(
                          TimeParameters.nanos(time.now().minusSeconds(3600)) + 7,
                          "{\"ts\":\"2029-12-31T23:00:00.000000007Z\",\"level\":\"error\",\"msg\":\"[DP] x\"}"))));
    }
  }

  /// Writes, turns over and restarts at random; a failure prints its seed.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void nothingIsLostOrDoubledOverRotationAndRestarts(long seed) throws IOException {
    var random = new Random(seed);
    var server = server();
    try {
      for (int step = 0; step < 40; step++) {
        switch (random.nextInt(6)) {
          case 0 -> {
            if (Files.exists(live)) {
              turnOver();
            }
            write(1 + random.nextInt(5));
            server.logs.ship(); // four old files are kept: no more than that many turns
            // between two rounds
          }
          case 1 -> {
            server.close();
            server = server();
          }
          case 2 -> {
            server.close();
            Files.deleteIfExists(folder.resolve("data/shipper/positions.json")); // as if the
            // acknowledgement was
            // never noted
            server = server();
          }
          case 3 -> server.logs.ship();
          default -> write(random.nextInt(30));
        }
      }
      server.logs.ship();
      assertThat(stored(server)).as("seed %d", seed).isEqualTo(all());
    } finally {
      server.close();
    }
  }

  @Test
  void aServerThatIsAwayCostsNothing() throws IOException {
    write(10);
    try (var server = new LogsServer(folder, "dev", time, NOWHERE)) {
      server.logs.close(); // its store is closed: pushes fail
    }
    write(5);
    try (var server = server()) {
      time.forward(Duration.ofMinutes(1));
      assertThat(server.logs.ship()).isEqualTo(15);
      assertThat(stored(server)).isEqualTo(all());
    }
  }

  @Test
  void aNewFileOnTheNameOfATruncatedOneIsReadFromItsStart() throws IOException {
    write(10);
    try (var server = server()) {
      server.logs.ship();
      Files.writeString(live, ""); // the same inode, cut to nothing
      write(12);
      server.logs.ship();
      assertThat(stored(server)).isEqualTo(all());
    }
  }
}

package dev.gori.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.clients.s3.ObjectPath;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A store that is killed in the middle of its puts.
@ExtendWith(NoLeaks.class)
final class StoreKillTest {

  @Test
  void whatWasAcknowledgedIsWholeAndNothingIsHalfThere(@TempDir Path folder) throws Exception {
    int last = putUntilKilledAfter(3 * KeyShapes.COUNT, folder);
    try (var store = open(folder);
        var objects = ObjectStoreClient.open(store.access())) {
      for (int i = 0; i <= last; i++) {
        var path = new ObjectPath(Putter.BUCKET, KeyShapes.numbered(i));
        assertThat(objects.head(path)).as("acknowledged: %s", path).isPresent();
        assertThat(objects.bytes(path, Putter.SIZE)).as("%s", path).isEqualTo(Putter.content(i));
      }
      var written = IntStream.rangeClosed(0, last + 1).mapToObj(KeyShapes::numbered).toList();
      assertThat(objects.list(ObjectPath.parse("s3://raw-dev/")).objects())
          .allSatisfy(
              head -> {
                assertThat(head.path().key()).isIn(written);
                assertThat(head.size()).isEqualTo(Putter.SIZE);
                assertThat(head.etag()).isNotEmpty();
              });
    }
  }

  private static ObjectStore open(Path folder) throws Exception {
    return ObjectStore.open(
        ObjectStoreSettings.DEFAULTS,
        new EnvironmentName("dev"),
        "127.0.0.1",
        0,
        folder,
        new ManualClock(),
        LoggerFactory.getLogger("store-test"));
  }

  private static int putUntilKilledAfter(int count, Path folder) throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Putter.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    int last = -1;
    try (var said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = said.readLine(); line != null; line = said.readLine()) {
        if (line.matches("\\d+")) {
          last = Integer.parseInt(line);
          if (last == count) {
            process.toHandle().destroyForcibly();
          }
        }
      }
    }
    process.waitFor();
    assertThat(last).isGreaterThanOrEqualTo(count);
    return last;
  }
}

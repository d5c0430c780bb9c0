package dev.gori.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.EnvironmentName;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Python's S3 client against the store.
@ExtendWith(NoLeaks.class)
final class BotoClientTest {

  @Test
  void boto3WorksAndStrangersAreRefused(@TempDir Path folder) throws Exception {
    var python = ExternalTools.python("boto3");
    try (var dev = open(folder, "dev");
        var prod = open(folder, "prod")) {
      var script =
          Path.of(Objects.requireNonNull(getClass().getResource("/store/client.py")).toURI());
      var output = folder.resolve("python.log");
      var process =
          new ProcessBuilder(
                  python.toString(),
                  script.toString(),
                  dev.access().endpoint().toString(),
                  dev.access().accessKey(),
                  dev.access().secretKey(),
                  prod.access().accessKey(),
                  prod.access().secretKey())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
      assertThat(output).content().contains("done");
    }
  }

  private static ObjectStore open(Path folder, String environment) throws Exception {
    var name = new EnvironmentName(environment);
    return ObjectStore.open(
        ObjectStoreSettings.DEFAULTS,
        name,
        "127.0.0.1",
        0,
        folder.resolve(environment),
        new ManualClock(),
        LoggerFactory.getLogger("store-test"));
  }
}

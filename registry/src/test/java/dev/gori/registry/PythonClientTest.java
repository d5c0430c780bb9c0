package dev.gori.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The official Python client, as a notebook uses it, against our registry and our store.
@ExtendWith(NoLeaks.class)
final class PythonClientTest {

  @Test
  void aNotebooksWholeDayWorks(@TempDir Path folder) throws Exception {
    var python = ExternalTools.python("mlflow", "onnx", "onnxruntime");
    try (var time = new WallTime();
        var place = new RegistryRig(RegistrySettings.DEFAULTS, time, folder)) {
      var script =
          Path.of(Objects.requireNonNull(getClass().getResource("/mlflow/client.py")).toURI());
      var output = folder.resolve("python.log");
      var builder =
          new ProcessBuilder(python.toString(), script.toString())
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().put("MLFLOW_TRACKING_URI", place.uri.toString());
      builder.environment().put("MLFLOW_TRACKING_TOKEN", RegistryRig.TOKEN);
      builder.environment().put("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1");
      var process = builder.start();
      boolean ended = process.waitFor(4, TimeUnit.MINUTES);
      if (!ended) {
        process.destroyForcibly();
      }
      assertThat(output).content().contains("done");
      assertThat(process.exitValue()).isZero();
    }
  }
}

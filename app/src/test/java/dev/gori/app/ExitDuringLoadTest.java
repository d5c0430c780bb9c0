package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.testkit.ExternalTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM while ONNX Runtime builds a session, which nobody can interrupt.
final class ExitDuringLoadTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  /// `small` is loaded quickly; `folded` multiplies constants while it is loaded, for minutes.
  private static final String SCRIPT =
      """
            import sys, numpy as np
            from onnx import helper, numpy_helper, TensorProto as T
            node = helper.make_node
            def save(name, nodes, **constants):
                model = helper.make_model(
                    helper.make_graph(nodes, 'g', [helper.make_tensor_value_info('x', T.FLOAT, [None, 3])],
                        [helper.make_tensor_value_info('y', T.FLOAT, [None, 3])],
                        [numpy_helper.from_array(np.array(v, dtype=np.float32), n) for n, v in constants.items()]),
                    opset_imports=[helper.make_opsetid('', 15)], ir_version=8)
                open(f'{sys.argv[1]}/{name}.onnx', 'wb').write(model.SerializeToString())
            save('small', [node('Add', ['x', 'c'], ['y'])], c=[1, 1, 1])
            n = 2000
            save('folded', [node('MatMul', ['a' if i == 0 else f'm{i - 1}', 'a'], [f'm{i}']) for i in range(n)]
                + [node('ReduceMax', [f'm{n - 1}'], ['most'], keepdims=0), node('Add', ['x', 'most'], ['y'])],
                a=np.full((1024, 1024), 1 / 1024))
            """;

  @TempDir private Path folder;

  private record Ended(int status, String said) {}

  private void makeModels() throws IOException, InterruptedException {
    var script = Files.writeString(folder.resolve("models.py"), SCRIPT);
    var made =
        new ProcessBuilder(
                ExternalTools.python("onnx").toString(), script.toString(), folder.toString())
            .inheritIO()
            .start();
    assertThat(made.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(made.exitValue()).isZero();
  }

  private Ended stoppedWhileLoading(String model, int patience)
      throws IOException, InterruptedException {
    var said = folder.resolve(model + ".log");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LoadingProcess.class.getName(),
                folder.resolve(model + ".onnx").toString(),
                Integer.toString(patience),
                folder.resolve("small.onnx").toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(Poller.untilTrue(SOON, () -> text(said).contains("loading")))
          .as(text(said))
          .isTrue();
      // Inside of the native load: the library is there and has taken some processor time.
      var used = cpu(process);
      Poller.untilTrue(SOON, () -> cpu(process).minus(used).toMillis() > 1_500);
      assertThat(text(said)).as("still loads").doesNotContain("loaded");
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends: %s", text(said)).isTrue();
      return new Ended(process.exitValue(), text(said));
    } finally {
      process.destroyForcibly();
    }
  }

  private static Duration cpu(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theProcessEndsWithTheStatusOfItsSignalAndNotInNativeCode() throws Exception {
    makeModels();
    var left = stoppedWhileLoading("folded", 1);
    assertThat(left.status()).as(left.said()).isEqualTo(143);
    assertThat(left.said())
        .as("the library stays until the process is gone")
        .contains("loaded while stopping")
        .doesNotContain("Exception");
  }
}

package dev.gori.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// Programs from outside that tests talk to: Debian's `prometheus`, `amtool`, a Python with the
/// `mlflow` client.
///
/// Where one is missing the test is skipped with a line that says what to install; with
/// `GORI_REQUIRE_TOOLS=1` (as in CI) it fails.
public final class ExternalTools {

  /// Looks for modules without running them, which for some takes seconds.
  private static final String HAS_ALL =
      "import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, sys.argv[1].split(','))))";

  private ExternalTools() {}

  /// The path of a program on `PATH`.
  public static Path program(String name) {
    for (var folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      var file = Path.of(folder, name);
      if (Files.isExecutable(file)) {
        return file;
      }
    }
    return missing("program '%s' on PATH; install the package that has it".formatted(name));
  }

  /// A Python that has the modules: `GORI_PYTHON`, else `python3`.
  public static Path python(String... modules) {
    var python = Path.of(System.getenv().getOrDefault("GORI_PYTHON", "python3"));
    try {
      var check =
          new ProcessBuilder(List.of(python.toString(), "-c", HAS_ALL, String.join(",", modules)))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (check.waitFor(2, TimeUnit.MINUTES) && check.exitValue() == 0) {
        return python;
      }
    } catch (IOException e) {
      return missing("Python '%s': %s; set GORI_PYTHON".formatted(python, e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return missing(
        "Python modules %s in '%s'; pip install them, or set GORI_PYTHON"
            .formatted(List.of(modules), python));
  }

  private static Path missing(String what) {
    if ("1".equals(System.getenv("GORI_REQUIRE_TOOLS"))) {
      throw new AssertionError("needed here (GORI_REQUIRE_TOOLS=1): " + what);
    }
    Assumptions.abort("skipped, needs " + what);
    throw new IllegalStateException("unreachable");
  }
}

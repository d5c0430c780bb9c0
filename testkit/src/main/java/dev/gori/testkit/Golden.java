package dev.gori.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Compares with a checked-in file of the module under `src/test/golden`. `-Dgolden.update=true`
/// rewrites the files instead; the difference is then reviewed like code.
public final class Golden {

  private Golden() {}

  public static void matches(String name, String actual) {
    var file = Path.of("src/test/golden", name);
    try {
      if (Boolean.getBoolean("golden.update")) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, actual);
      }
      assertThat(actual)
          .as("%s (if the change is wanted: -Dgolden.update=true)", file)
          .isEqualTo(Files.readString(file));
    } catch (IOException e) {
      throw new AssertionError("golden file " + file, e);
    }
  }
}

package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `docs/map.md` names every package, and none that is not there.
final class MapTest {

  private static final Path PROJECT = Path.of("..");
  private static final Pattern ROW =
      Pattern.compile("^\\| `(dev\\.gori[a-z.]*)` \\|", Pattern.MULTILINE);

  @Test
  void theMapShowsThePackagesThatAreThere() throws IOException {
    var onTheMap = new TreeSet<String>();
    var rows = ROW.matcher(Files.readString(PROJECT.resolve("docs/map.md")));
    while (rows.find()) {
      onTheMap.add(rows.group(1));
    }
    assertThat(onTheMap).as("packages in docs/map.md").isEqualTo(packages());
  }

  private static TreeSet<String> packages() throws IOException {
    var found = new TreeSet<String>();
    try (var modules = Files.list(PROJECT)) {
      for (var sources :
          modules
              .map(module -> module.resolve("src/main/java"))
              .filter(Files::isDirectory)
              .toList()) {
        try (var files = Files.walk(sources)) {
          files
              .filter(file -> file.endsWith("package-info.java"))
              .map(file -> sources.relativize(file.getParent()).toString().replace('/', '.'))
              .forEach(found::add);
        }
      }
    }
    return found;
  }
}

package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `docs/map.md` lists every package, and no package or class that does not exist.
final class MapTest {

  private static final Path PROJECT = Path.of("..");
  private static final Pattern ROW =
      Pattern.compile("^\\| `(dev\\.gori[a-z0-9.]*)` \\|", Pattern.MULTILINE);

  /// Such as `tsdb.Head`; `dev.gori` is implied.
  private static final Pattern CLASS =
      Pattern.compile("`(?:dev\\.gori\\.)?((?:[a-z0-9]+\\.)+[A-Z][A-Za-z0-9]*)`");

  @Test
  void theMapListsThePackagesThatExist() throws IOException {
    assertThat(named("map.md", ROW)).as("packages in docs/map.md").isEqualTo(packages());
  }

  @Test
  void theClassesOfTheDataPathsAndOfTheGlossaryExist() throws IOException {
    var named = named("map.md", CLASS);
    assertThat(named).as("classes in docs/map.md").hasSizeGreaterThan(40);
    named.addAll(named("glossary.md", CLASS));
    var missing = new TreeSet<>(named);
    missing.removeAll(classes());
    assertThat(missing)
        .as(
            "classes that docs/map.md or docs/glossary.md names and no module has: write their new names there")
        .isEmpty();
  }

  private static TreeSet<String> named(String page, Pattern pattern) throws IOException {
    var found = new TreeSet<String>();
    var names = pattern.matcher(Files.readString(PROJECT.resolve("docs").resolve(page)));
    while (names.find()) {
      found.add(names.group(1));
    }
    return found;
  }

  private static TreeSet<String> packages() throws IOException {
    var found = new TreeSet<String>();
    for (var file : sources("package-info.java")) {
      found.add(name(file.getParent()));
    }
    return found;
  }

  /// Names without `dev.gori`.
  private static TreeSet<String> classes() throws IOException {
    var found = new TreeSet<String>();
    for (var file : sources(".java")) {
      found.add(name(file).replaceFirst("\\.java$", "").replaceFirst("^dev\\.gori\\.", ""));
    }
    return found;
  }

  private static String name(Path file) {
    return file.toString().replace('/', '.');
  }

  /// The source files of all modules whose names end like this, relative to their source folders.
  private static List<Path> sources(String end) throws IOException {
    var found = new ArrayList<Path>();
    try (var modules = Files.list(PROJECT)) {
      for (var sources :
          modules
              .map(module -> module.resolve("src/main/java"))
              .filter(Files::isDirectory)
              .toList()) {
        try (var files = Files.walk(sources)) {
          files
              .filter(file -> file.toString().endsWith(end))
              .map(sources::relativize)
              .forEach(found::add);
        }
      }
    }
    return found;
  }
}

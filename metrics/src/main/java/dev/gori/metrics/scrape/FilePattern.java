package dev.gori.metrics.scrape;

import dev.gori.kernel.disk.SmallFile;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A path to files, with `*` in its last part alone.
///
/// @param text as it was written
record FilePattern(String text, Path path) {

  private static final int MAX_FILE = 16 << 20;

  /// What a pattern must be.
  static final String FORM =
      "a name that ends in .json, .yml or .yaml, with '*' in its last part alone";

  /// What a pattern for files of any kind must be.
  static final String ANY_FORM = "a name with '*' in its last part alone";

  /// @throws IllegalArgumentException when it is none
  static FilePattern of(String text) {
    if (!text.matches(".+\\.(json|yml|yaml|JSON|YML|YAML)")) {
      throw new IllegalArgumentException(text);
    }
    return any(text);
  }

  /// For files of any kind.
  ///
  /// @throws IllegalArgumentException when it is none
  static FilePattern any(String text) {
    if (!text.matches("[^*]+|[^*]*\\*[^/]*")) {
      throw new IllegalArgumentException(text);
    }
    return new FilePattern(text, Path.of(text));
  }

  /// The same, from a folder where it is relative.
  FilePattern in(Path folder) {
    return new FilePattern(text, folder.resolve(path));
  }

  /// Whether a path in the pattern's own folder matches.
  boolean matches(Path file) {
    return matcher().matches(file.getFileName());
  }

  private PathMatcher matcher() {
    var last = path.getFileName().toString().replace("{", "\\{").replace("}", "\\}");
    return FileSystems.getDefault().getPathMatcher("glob:" + last);
  }

  @Override
  public String toString() {
    return path.toString();
  }

  /// Files that are there now, in order of their names; none where there is no such folder.
  List<Path> files() throws IOException {
    var folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    var matcher = matcher();
    try (var entries = Files.list(folder)) {
      return entries.filter(file -> matcher.matches(file.getFileName())).sorted().toList();
    }
  }

  /// The texts of the files, by their paths as the pattern gives them.
  Map<String, String> texts(Path from) throws IOException {
    var texts = new LinkedHashMap<String, String>();
    for (var file : in(from).files()) {
      var name = path.resolveSibling(file.getFileName()).toString();
      texts.put(name, SmallFile.text(file, MAX_FILE));
    }
    return texts;
  }
}

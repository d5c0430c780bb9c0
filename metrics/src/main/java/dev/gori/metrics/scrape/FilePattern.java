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

/// A path with `*` in its last component only.
///
/// @param text as written
record FilePattern(String text, Path path) {

  private static final int MAX_FILE = 16 << 20;

  /// The form of a pattern for target files, for error messages.
  static final String FORM =
      "a name that ends in .json, .yml or .yaml, with '*' in its last part alone";

  /// The form of a pattern for any files, for error messages.
  static final String ANY_FORM = "a name with '*' in its last part alone";

  /// @throws IllegalArgumentException if the text is not a pattern
  static FilePattern of(String text) {
    if (!text.matches(".+\\.(json|yml|yaml|JSON|YML|YAML)")) {
      throw new IllegalArgumentException(text);
    }
    return any(text);
  }

  /// A pattern for files of any kind.
  ///
  /// @throws IllegalArgumentException if the text is not a pattern
  static FilePattern any(String text) {
    if (!text.matches("[^*]+|[^*]*\\*[^/]*")) {
      throw new IllegalArgumentException(text);
    }
    return new FilePattern(text, Path.of(text));
  }

  /// The same, resolved against a folder.
  FilePattern in(Path folder) {
    return new FilePattern(text, folder.resolve(path));
  }

  /// Whether a path in the pattern's folder matches.
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

  /// The matching files, sorted by name; none if the folder does not exist.
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

  /// The contents of the matching files by path.
  Map<String, String> texts(Path from) throws IOException {
    var texts = new LinkedHashMap<String, String>();
    for (var file : in(from).files()) {
      var name = path.resolveSibling(file.getFileName()).toString();
      texts.put(name, SmallFile.text(file, MAX_FILE));
    }
    return texts;
  }
}

package dev.gori.metrics.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads files of `/proc`. A missing file (another system, a restricted container) is empty, and
/// its metrics are left out.
///
/// @param root `/proc`; another folder in tests
record ProcFiles(Path root) {

  List<String> lines(String name) {
    try {
      return Files.readAllLines(root.resolve(name));
    } catch (IOException _) {
      return List.of();
    }
  }

  /// The whitespace-separated fields of the first line.
  String[] words(String name) {
    var lines = lines(name);
    return lines.isEmpty() ? new String[0] : lines.getFirst().strip().split("\\s+");
  }
}

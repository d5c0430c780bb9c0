package dev.gori.git;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The files of the repository at one commit, read when asked for.
public interface Tree {

  Optional<byte[]> file(String path);

  /// All files below a folder (all files when it is empty), by whole path, in order.
  ///
  /// @throws dev.gori.kernel.fault.FaultException TOO_LARGE beyond 5,000 files, 8 MiB a file or 64
  ///   MiB together
  Map<String, byte[]> under(String folder);

  /// The paths of all files below a folder (all files when it is empty), in order; none is read.
  List<String> paths(String folder);

  /// What below a folder is not to be taken, each as `path: what it is (expected: …)`: symbolic
  /// links, submodules and other modes, names that not every machine can hold or tell apart, and
  /// files beyond the limits of {@link #under}.
  List<String> unusable(String folder);

  /// This tree with edits on top.
  default Tree with(Map<String, Optional<byte[]>> edits) {
    var below = this;
    return new Tree() {
      @Override
      public Optional<byte[]> file(String path) {
        var edit = edits.get(path);
        return edit != null ? edit : below.file(path);
      }

      @Override
      public List<String> paths(String folder) {
        var paths = new TreeSet<>(below.paths(folder));
        edits.forEach(
            (path, edit) -> {
              if (isUnder(folder, path)) {
                edit.ifPresentOrElse(_ -> paths.add(path), () -> paths.remove(path));
              }
            });
        return List.copyOf(paths);
      }

      @Override
      public List<String> unusable(String folder) {
        return below.unusable(folder);
      }

      private static boolean isUnder(String folder, String path) {
        return folder.isEmpty() || path.startsWith(folder + "/");
      }

      @Override
      public Map<String, byte[]> under(String folder) {
        var files = new LinkedHashMap<>(below.under(folder));
        edits.forEach(
            (path, edit) -> {
              if (isUnder(folder, path)) {
                edit.ifPresentOrElse(content -> files.put(path, content), () -> files.remove(path));
              }
            });
        return files;
      }
    };
  }
}

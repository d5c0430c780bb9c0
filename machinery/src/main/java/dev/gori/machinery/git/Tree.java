package dev.gori.machinery.git;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The files of the repository at one commit, read when asked for.
public interface Tree {

    Optional<byte[]> file(String path);

    /// All files below a folder (all files when it is empty), by whole path, in order.
    ///
    /// @throws dev.gori.kernel.fault.FaultException TOO_LARGE beyond 5,000 files, 8 MiB a file or
    ///   64 MiB together
    Map<String, byte[]> under(String folder);

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
            public Map<String, byte[]> under(String folder) {
                var files = new LinkedHashMap<>(below.under(folder));
                edits.forEach(
                        (path, edit) -> {
                            if (folder.isEmpty() || path.startsWith(folder + "/")) {
                                edit.ifPresentOrElse(
                                        content -> files.put(path, content),
                                        () -> files.remove(path));
                            }
                        });
                return files;
            }
        };
    }
}

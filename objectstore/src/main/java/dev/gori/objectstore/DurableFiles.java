package dev.gori.objectstore;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// File operations that make an acknowledged object survive a power cut.
final class DurableFiles {

  private static final int ATTEMPTS = 100;

  private DurableFiles() {}

  static void sync(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Syncs the folder of a file and its parents up to the root, because any of them may have been
  /// created or deleted.
  static void syncFolders(Path file, Path root) throws IOException {
    for (var folder = file.getParent();
        folder != null && folder.startsWith(root);
        folder = folder.getParent()) {
      try {
        sync(folder);
      } catch (NoSuchFileException _) {
        // A delete removed its last object and the folder.
      }
    }
  }

  /// Moves a finished file to its name atomically, replacing an existing file.
  static void replace(Path staged, Path file) throws IOException {
    withItsFolder(
        file,
        () ->
            Files.move(
                staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
  }

  /// Gives a finished file its name if no file has that name. This is atomic on file systems with
  /// hard links.
  ///
  /// @throws FileAlreadyExistsException when a file has that name
  static void claim(Path staged, Path file) throws IOException {
    withItsFolder(
        file,
        () -> {
          try {
            Files.createLink(file, staged);
          } catch (UnsupportedOperationException _) {
            if (Files.exists(file)) {
              throw new FileAlreadyExistsException(file.toString());
            }
            Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
          }
        });
  }

  private interface Step {
    void run() throws IOException;
  }

  /// Creates the file's folder and runs the step; repeats both if a concurrent delete of the
  /// folder's last object removes the folder in between.
  private static void withItsFolder(Path file, Step step) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Files.createDirectories(file.getParent());
      try {
        step.run();
        return;
      } catch (NoSuchFileException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}

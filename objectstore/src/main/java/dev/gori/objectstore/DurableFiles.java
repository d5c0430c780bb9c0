package dev.gori.objectstore;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// What the store does to files itself, so that an acknowledged object survives a power cut.
final class DurableFiles {

  private static final int ATTEMPTS = 100;

  private DurableFiles() {}

  static void sync(Path file) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// Syncs the folder of a file and those above it, up to the root, since any of them may be new or
  /// gone.
  static void syncFolders(Path file, Path root) throws IOException {
    for (var folder = file.getParent();
        folder != null && folder.startsWith(root);
        folder = folder.getParent()) {
      try {
        sync(folder);
      } catch (NoSuchFileException _) {
        // A delete took its last object, and the folder with it.
      }
    }
  }

  /// Moves a finished file to its name, replacing what is there.
  static void replace(Path staged, Path file) throws IOException {
    withItsFolder(
        file,
        () ->
            Files.move(
                staged, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
  }

  /// Gives a finished file its name when there is none of it, decided by the file system in one
  /// step where it has hard links.
  ///
  /// @throws FileAlreadyExistsException when there is one
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

  /// A delete of the last object beside this one may take the folder away in between.
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

package dev.gori.clients.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Writes files that appear whole or not at all.
public final class AtomicDownload {

  private AtomicDownload() {}

  /// Copies a stream into a file, replacing one of that name. Where the stream breaks off, nothing
  /// is left of it.
  public static void write(InputStream from, Path file) throws IOException {
    var part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.copy(from, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (Throwable e) {
      Files.deleteIfExists(part);
      throw e;
    }
  }
}

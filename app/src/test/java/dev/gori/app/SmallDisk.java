package dev.gori.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A real disk of a few megabytes, mounted over a folder, which a test can fill to the last byte.
/// Only root may mount.
final class SmallDisk implements AutoCloseable {

  private static final int SECONDS = 20;
  private static final int BLOCK = 1 << 16;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /// @param folder is made; nothing is mounted, and nothing given, where this is not allowed
  static Optional<SmallDisk> over(Path folder, int megabytes) throws IOException {
    Files.createDirectories(folder);
    var options = "size=%dm,mode=0700".formatted(megabytes);
    return ended(List.of("mount", "-t", "tmpfs", "-o", options, "gori-test", folder.toString()))
        ? Optional.of(new SmallDisk(folder))
        : Optional.empty();
  }

  /// Takes all that is left.
  void fill() throws IOException {
    try (var channel =
        FileChannel.open(
            ballast(),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.APPEND)) {
      for (int size = BLOCK; size > 0; size = size == BLOCK ? 1 : 0) {
        while (takes(channel, size)) {
          // until nothing more fits, first in blocks, then byte by byte
        }
      }
    }
  }

  private static boolean takes(FileChannel channel, int size) {
    try {
      return channel.write(ByteBuffer.allocate(size)) == size;
    } catch (IOException _) {
      return false;
    }
  }

  void makeRoom() throws IOException {
    Files.delete(ballast());
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  private static boolean ended(List<String> command) throws IOException {
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command.getFirst(), e);
    }
  }

  @Override
  public void close() {
    try {
      if (!ended(List.of("umount", folder.toString()))) {
        ended(List.of("umount", "-l", folder.toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

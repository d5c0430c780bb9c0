package dev.gori.logs.ship;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// Finds and reads the log files of a directory: live files (`gateway.log`) and rotated files
/// (`gateway.log.1`, `gateway.log.2030-01-01`). It uses the file system directly because it
/// identifies files by inode.
final class LogDirectory {

  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9_-]+)\\.log([.-][0-9][0-9T.:_-]*)?");
  private static final int HEAD = 256;

  /// @param role the part of the name before `.log`
  record LogFile(Path path, String role, boolean isLive, long inode, long size, long modified) {}

  private final Path folder;

  LogDirectory(Path folder) {
    this.folder = folder;
  }

  /// Returns the files sorted by role; of each role the oldest first and the live file last.
  List<LogFile> files() throws IOException {
    var found = new ArrayList<LogFile>();
    try (var entries = Files.list(folder)) {
      for (var path : entries.toList()) {
        var name = NAME.matcher(path.getFileName().toString());
        if (name.matches()) {
          addIfPresent(path, name.group(1), name.group(2) == null, found);
        }
      }
    } catch (NoSuchFileException _) {
      return List.of();
    }
    found.sort(
        Comparator.comparing(LogFile::role)
            .thenComparing(LogFile::isLive)
            .thenComparingLong(LogFile::modified)
            .thenComparing(file -> file.path().toString(), Comparator.reverseOrder()));
    return found;
  }

  private static void addIfPresent(Path path, String role, boolean isLive, List<LogFile> found)
      throws IOException {
    try {
      var attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (attributes.isRegularFile()) {
        found.add(
            new LogFile(
                path,
                role,
                isLive,
                inode(path),
                attributes.size(),
                attributes.lastModifiedTime().toMillis()));
      }
    } catch (NoSuchFileException _) {
      // rotated since the listing; the next pass finds it under its new name
    }
  }

  private static long inode(Path path) throws IOException {
    return ((Number) Files.getAttribute(path, "unix:ino")).longValue();
  }

  /// Bytes of a file from a position.
  record FileChunk(FilePosition position, byte[] bytes) {}

  /// Reads a file from its shipped offset. If the checksum of its first bytes differs from the
  /// position's, it is another file and is read from the start.
  static FileChunk read(LogFile file, FilePosition known, int length) throws IOException {
    try (var channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
      if (inode(file.path()) != file.inode()) {
        throw new NoSuchFileException(
            file.path().toString(), null, "the name now belongs to another file");
      }
      long size = channel.size();
      boolean same =
          known.headLength() > 0
              && size >= known.offset()
              && size >= known.headLength()
              && checksum(bytes(channel, 0, known.headLength())) == known.head();
      int headLength = (int) Math.min(HEAD, size);
      var head =
          same && known.headLength() == headLength
              ? known.head()
              : checksum(bytes(channel, 0, headLength));
      long offset = same ? known.offset() : 0;
      var position =
          new FilePosition(
              file.path().getFileName().toString(),
              file.inode(),
              head,
              headLength,
              offset,
              same ? known.lastNanos() : 0);
      return new FileChunk(position, bytes(channel, offset, (int) Math.min(length, size - offset)));
    }
  }

  private static byte[] bytes(FileChannel channel, long offset, int length) throws IOException {
    var bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
      // read until the buffer is full or the file ends
    }
    return bytes.position() == length
        ? bytes.array()
        : Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static long checksum(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }
}

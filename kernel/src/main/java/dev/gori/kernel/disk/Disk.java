package dev.gori.kernel.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// The file system operations of the embedded stores. A test implementation simulates power cuts,
/// torn writes and a full disk.
///
/// Durability: bytes are safe after {@link AppendFile#sync}; a new name, a rename or a deletion is
/// safe after {@link #syncDirectory}. {@link #writeWhole} syncs both.
public interface Disk {

  /// The machine's own disk.
  static Disk local() {
    return new LocalDisk();
  }

  /// Opens a file for appending, creating it when absent.
  AppendFile append(Path file) throws IOException;

  /// Opens a file for reading at any offset.
  ReadFile open(Path file) throws IOException;

  /// Replaces the content of a file atomically: after a crash the file has the old content or the
  /// new, never a mixture.
  void writeWhole(Path file, byte[] content) throws IOException;

  /// @throws java.nio.file.NoSuchFileException when the file does not exist
  byte[] readWhole(Path file) throws IOException;

  /// Moves a file or folder atomically and replaces an existing file.
  void rename(Path from, Path to) throws IOException;

  /// Creates a hard link to a finished file, or a copy if the file system has no hard links. The
  /// new name must not exist. It is safe after {@link #syncDirectory}.
  void link(Path existing, Path name) throws IOException;

  /// Deletes a file, or a folder with all that is in it; does nothing if the path does not exist.
  void delete(Path path) throws IOException;

  /// Truncates a file to a length in bytes.
  void truncate(Path file, long length) throws IOException;

  void createDirectories(Path folder) throws IOException;

  void syncDirectory(Path folder) throws IOException;

  /// The entries of a folder, sorted by name; empty when there is no such folder.
  List<Path> list(Path folder) throws IOException;

  boolean exists(Path path);

  long size(Path file) throws IOException;

  /// The free space in bytes.
  long free(Path folder) throws IOException;

  /// A file open for appending. Not safe for concurrent use.
  interface AppendFile extends AutoCloseable {
    /// Writes all remaining bytes.
    void write(ByteBuffer bytes) throws IOException;

    /// Makes all earlier writes survive a power cut.
    void sync() throws IOException;

    /// The length of the file, including all writes.
    long position();

    @Override
    void close() throws IOException;
  }

  /// A file open for reading at given offsets. Safe from any thread.
  interface ReadFile extends AutoCloseable {
    /// @throws java.io.EOFException when the file ends before the wanted length
    ByteBuffer read(long offset, int length) throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;
  }
}

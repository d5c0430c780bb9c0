package dev.gori.kernel.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/// What our own stores ask of a file system. Its faulty twin in the tests cuts the power, tears
/// writes and fills up.
///
/// Durability: bytes are safe after {@link AppendFile#sync}; a new name, a rename or a deletion is
/// safe after {@link #syncDirectory}. {@link #writeWhole} does all of it.
public interface Disk {

  /// The machine's own disk.
  static Disk local() {
    return new LocalDisk();
  }

  /// Opens a file for appending, creating it when absent.
  AppendFile append(Path file) throws IOException;

  /// Opens a file for reading at any place.
  ReadFile open(Path file) throws IOException;

  /// Replaces a file by new content in one step: after a crash there is the old content or the new,
  /// never a mixture.
  void writeWhole(Path file, byte[] content) throws IOException;

  /// @throws java.nio.file.NoSuchFileException when it is not there
  byte[] readWhole(Path file) throws IOException;

  /// Moves a file or folder in one step, replacing a file of that name.
  void rename(Path from, Path to) throws IOException;

  /// Gives a finished file a second name; both are one file, or copies of it where a file system
  /// has no such names. The name is not there yet. Like a new name it is safe after {@link
  /// #syncDirectory}.
  void link(Path existing, Path name) throws IOException;

  /// Deletes a file, or a folder with all that is in it; nothing happens when it is not there.
  void delete(Path path) throws IOException;

  /// Cuts a file to a length.
  void truncate(Path file, long length) throws IOException;

  void createDirectories(Path folder) throws IOException;

  void syncDirectory(Path folder) throws IOException;

  /// The entries of a folder, sorted by name; empty when there is no such folder.
  List<Path> list(Path folder) throws IOException;

  boolean exists(Path path);

  long size(Path file) throws IOException;

  /// Bytes that can still be written.
  long free(Path folder) throws IOException;

  /// A file that grows at its end. Not safe for concurrent use.
  interface AppendFile extends AutoCloseable {
    /// Writes all remaining bytes.
    void write(ByteBuffer bytes) throws IOException;

    /// Makes everything written so far survive a power cut.
    void sync() throws IOException;

    /// The length of the file with what was written.
    long position();

    @Override
    void close() throws IOException;
  }

  /// A file that is read at given places, from any thread.
  interface ReadFile extends AutoCloseable {
    /// @throws java.io.EOFException when the file ends before the wanted length
    ByteBuffer read(long offset, int length) throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;
  }
}

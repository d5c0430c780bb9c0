package dev.gori.logs.store;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// Log lines by stream. Callers never see segments, the index or the journal.
public interface LogStore extends AutoCloseable {

  /// Opens the store in a folder of its own, making it when absent, and brings back everything that
  /// was acknowledged.
  ///
  /// @param notice is told of damage and repairs: the file, and how many bytes or entries
  static LogStore open(
      Disk disk, Path folder, LogStoreSettings settings, Time time, Consumer<String> notice)
      throws IOException {
    return DiskLogStore.recover(disk, folder, settings, time, notice);
  }

  /// The order in which entries are given: by moment, then by stream, then as they arrived;
  /// `BACKWARD` is the reverse of that.
  enum Direction {
    FORWARD,
    BACKWARD
  }

  /// Takes entries one by one.
  @FunctionalInterface
  interface Visitor {
    /// @return false to stop
    boolean take(Labels stream, LogEntry entry);
  }

  /// How much a selection stands for; an approximation, since a chunk counts whole.
  record Volume(long streams, long chunks, long entries, long bytes) {}

  /// What upkeep did.
  ///
  /// @param flushed whether what was in memory became a segment
  /// @param expired how many segments were deleted because of their age
  record Maintenance(boolean flushed, int expired) {}

  /// How the store is.
  ///
  /// @param damaged segments that were set aside and chunks that could not be read since the store
  ///   was opened
  record Status(int segments, long headBytes, int headStreams, long damaged) {}

  /// Stores entries. When this returns, what it says is stored survives a power cut. The same
  /// stream, moment and line again is no new entry.
  ///
  /// @throws dev.gori.kernel.fault.FaultException STORAGE_FULL when the disk has no room
  /// @throws IOException when the disk fails; then nothing is acknowledged, and the next push tries
  ///   the journal anew
  PushResult push(List<StreamBatch> batches) throws IOException;

  /// Gives every entry of the selection once, reading segments as they are needed.
  void read(LogSelector selection, Direction direction, Visitor visitor) throws IOException;

  /// The streams that have entries in the range or near it, in order.
  List<Labels> streams(LogSelector selection);

  Volume volume(LogSelector selection);

  /// Writes what is in memory into a segment.
  void flush() throws IOException;

  /// Flushes when it is time and deletes what is too old. To be called about once a minute.
  Maintenance maintain() throws IOException;

  Status status();

  @Override
  void close() throws IOException;
}

package dev.gori.logs.store;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// Stores log lines by stream. Segments, the index and the journal are internal to it.
public interface LogStore extends AutoCloseable {

  /// Opens the store in its own folder, creates the folder if it is absent, and recovers every
  /// acknowledged entry.
  ///
  /// @param notice receives messages about damage and repairs, with the file and how many bytes or
  ///   entries they concern
  static LogStore open(
      Disk disk, Path folder, LogStoreSettings settings, Time time, Consumer<String> notice)
      throws IOException {
    return DiskLogStore.recover(disk, folder, settings, time, notice);
  }

  /// The order of entries: by timestamp, then by stream, then by arrival; `BACKWARD` is the
  /// reverse.
  enum Direction {
    FORWARD,
    BACKWARD
  }

  /// Receives entries one by one.
  @FunctionalInterface
  interface Visitor {
    /// @return false to stop
    boolean take(Labels stream, LogEntry entry);
  }

  /// How much a selector matches; an approximation, since each chunk counts whole.
  record Volume(long streams, long chunks, long entries, long bytes) {}

  /// What {@link LogStore#maintain} did.
  ///
  /// @param flushed whether it wrote the head as a segment
  /// @param expired how many segments it deleted because of their age
  record Maintenance(boolean flushed, int expired) {}

  /// The state of the store.
  ///
  /// @param damaged how many segments were set aside and chunks were unreadable since the store was
  ///   opened
  record Status(int segments, long headBytes, int headStreams, long damaged) {}

  /// Stores entries durably: what the result counts as stored survives a power cut. An entry with
  /// the stream, timestamp and line of a stored entry is a duplicate.
  ///
  /// @throws dev.gori.kernel.fault.FaultException STORAGE_FULL when the disk is full
  /// @throws IOException when the disk fails; then no entry is acknowledged, and the next push
  ///   opens the journal again
  PushResult push(List<StreamBatch> batches) throws IOException;

  /// Visits every entry that the selector matches once; reads segments as it needs them.
  void read(LogSelector selector, Direction direction, Visitor visitor) throws IOException;

  /// Returns the sorted streams that have entries in the time range; a stream with entries only
  /// near the range may be included.
  List<Labels> streams(LogSelector selector);

  Volume volume(LogSelector selector);

  /// Writes the head as a segment.
  void flush() throws IOException;

  /// Flushes a head that is large or old enough, and deletes expired segments. Call it about once a
  /// minute.
  Maintenance maintain() throws IOException;

  Status status();

  @Override
  void close() throws IOException;
}

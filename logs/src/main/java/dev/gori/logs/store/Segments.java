package dev.gori.logs.store;

import dev.gori.kernel.disk.Disk;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// The segments of a store, oldest first. A reader uses the list of segments at its start, and
/// ignores segments that expire while it reads.
final class Segments implements AutoCloseable {

  private static final Pattern NAME = Pattern.compile("(\\d{8,})\\.lines");
  private static final Pattern DAMAGED = Pattern.compile("(\\d{8,18})\\.lines\\.damaged");

  private final Disk disk;
  private final Path folder;
  private final Consumer<String> notice;
  private final AtomicLong damaged = new AtomicLong();
  private volatile List<Segment> segments = List.of();
  private long next = 1;

  private Segments(Disk disk, Path folder, Consumer<String> notice) {
    this.disk = disk;
    this.folder = folder;
    this.notice = notice;
  }

  /// Opens all segments of the folder. An incomplete segment is renamed to `….damaged` and
  /// reported; the others stay in use.
  static Segments open(Disk disk, Path folder, Consumer<String> notice) throws IOException {
    disk.createDirectories(folder);
    var all = new Segments(disk, folder, notice);
    var found = new ArrayList<Segment>();
    for (var file : disk.list(folder)) {
      var name = NAME.matcher(file.getFileName().toString());
      if (name.matches()) {
        all.open(file, Long.parseLong(name.group(1)), found);
      } else if (file.getFileName().toString().endsWith(".tmp")) {
        disk.delete(file);
      }
    }
    all.segments = List.copyOf(found);
    return all;
  }

  private void open(Path file, long number, List<Segment> found) throws IOException {
    next = Math.max(next, number + 1);
    try {
      found.add(Segment.open(disk, file, number));
    } catch (Encoding.DamagedException e) {
      damaged.incrementAndGet();
      var aside = file.resolveSibling(file.getFileName() + ".damaged");
      disk.rename(file, aside);
      notice.accept(
          "segment %s is damaged and was set aside as %s, %d bytes: %s; the other segments stay in use"
              .formatted(file, aside.getFileName(), disk.size(aside), e.getMessage()));
    }
  }

  List<Segment> all() {
    return segments;
  }

  long damaged() {
    return damaged.get();
  }

  /// Returns the entries of a chunk; none when it is damaged, which is reported and counted.
  List<LogEntry> readOrNothing(Segment segment, Segment.Chunk chunk) throws IOException {
    try {
      return segment.read(chunk);
    } catch (ClosedChannelException _) {
      return List.of(); // the segment expired during the read
    } catch (Encoding.DamagedException e) {
      damaged.incrementAndGet();
      notice.accept(
          "segment %s: %d entries are lost to damage: %s; the rest of the segment stays in use"
              .formatted(segment.file(), chunk.count(), e.getMessage()));
      return List.of();
    }
  }

  /// Writes a segment and adds it to the list.
  synchronized void add(byte[] bytes) throws IOException {
    var file = folder.resolve(String.format(Locale.ROOT, "%08d.lines", next));
    disk.writeWhole(file, bytes);
    var grown = new ArrayList<>(segments);
    grown.add(Segment.open(disk, file, next));
    next++;
    segments = List.copyOf(grown);
  }

  /// Deletes segments whose last entry is before the timestamp.
  synchronized int deleteBefore(long nanos) throws IOException {
    var kept = new ArrayList<Segment>();
    var dropped = new ArrayList<Segment>();
    for (var segment : segments) {
      (segment.max() < nanos ? dropped : kept).add(segment);
    }
    segments = List.copyOf(kept);
    for (var segment : dropped) {
      disk.delete(segment.file());
      segment.close();
    }
    if (!dropped.isEmpty()) {
      deleteDamagedBefore(dropped.getLast().number());
      disk.syncDirectory(folder);
    }
    return dropped.size();
  }

  /// Deletes damaged segments by number, since their time range is unknown: a segment with a later
  /// number has expired.
  private void deleteDamagedBefore(long number) throws IOException {
    for (var file : disk.list(folder)) {
      var aside = DAMAGED.matcher(file.getFileName().toString());
      if (aside.matches() && Long.parseLong(aside.group(1)) < number) {
        disk.delete(file);
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    for (var segment : segments) {
      segment.close();
    }
    segments = List.of();
  }
}

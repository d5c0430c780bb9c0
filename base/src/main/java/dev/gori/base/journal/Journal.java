package dev.gori.base.journal;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An append-only record in numbered segment files, `00000001.journal` and so on.
///
/// A record is its length (4 bytes, little endian, never 0: a run of zeros is what a file system
/// leaves after a power cut), the CRC-32C of the payload (4 bytes) and the payload; see
/// `docs/formats/journal.md`. What was appended before a {@link #sync} that returned survives `kill
/// -9` and a power cut. On opening, the records are replayed in order; bytes that are no record are
/// moved to a file beside the segment, `….torn` at its end and `….damaged-PLACE` before it, and
/// said so; all records behind them are kept.
///
/// After a failed write or sync the journal refuses everything: the caller cannot know what is on
/// disk, and opens it anew. Threads: every call is safe from any thread; {@link #sync} of several
/// callers is one sync.
public final class Journal implements AutoCloseable {

  private static final int HEAD = Segment.HEAD;
  private static final String ENDING = ".journal";
  private static final Pattern ASIDE =
      Pattern.compile("(\\d{8,18})\\.journal\\.(torn|damaged-\\d+)");

  /// @param segment how long a segment grows before the next is begun
  /// @param record the longest payload that is taken
  public record Settings(Bytes segment, Bytes record) {
    public static final Settings DEFAULTS = new Settings(Bytes.mebi(32), Bytes.mebi(16));
  }

  /// A position between two records.
  public record Position(long segment, long offset) implements Comparable<Position> {
    @Override
    public int compareTo(Position other) {
      int bySegment = Long.compare(segment, other.segment);
      return bySegment == 0 ? Long.compare(offset, other.offset) : bySegment;
    }
  }

  /// @param next the position after the record
  public record Entry(ByteBuffer payload, Position next) {}

  private final Disk disk;
  private final Path folder;
  private final Settings settings;
  private final Consumer<String> damage;
  private final ReentrantLock syncing = new ReentrantLock(); // waited for by virtual threads
  private long number;
  private Disk.AppendFile file;
  private @Nullable IOException broken;
  private long appended;
  private volatile long synced;

  private Journal(Disk disk, Path folder, Settings settings, Consumer<String> damage, long number)
      throws IOException {
    this.disk = disk;
    this.folder = folder;
    this.settings = settings;
    this.damage = damage;
    this.number = number;
    this.file = disk.append(segment(number));
    disk.syncDirectory(folder);
  }

  /// Replays the stored records, then opens a new segment.
  ///
  /// @param replay receives the payload of every record, oldest first
  /// @param damage receives a line for every repair, now and at later reads: the file, the offset,
  ///   and the number of bytes set aside or what is missing
  public static Journal open(
      Disk disk,
      Path folder,
      Settings settings,
      Consumer<ByteBuffer> replay,
      Consumer<String> damage)
      throws IOException {
    boolean wasThere = disk.exists(folder);
    disk.createDirectories(folder);
    var segments = segments(disk, folder);
    if (wasThere && segments.isEmpty()) {
      damage.accept(
          "%s has no segment (expected: at least one, since it was opened before); what was in it is lost"
              .formatted(folder));
    }
    long last = 0;
    for (var segment : segments) {
      if (last > 0 && number(segment) > last + 1) {
        damage.accept(
            "%s follows on number %d (expected: %d); what was in between is lost"
                .formatted(segment, last, last + 1));
      }
      Segment.replay(disk, segment, settings.record().count(), replay, damage);
      last = number(segment);
    }
    return new Journal(disk, folder, settings, damage, last + 1);
  }

  /// Adds a record. It is safe only after a {@link #sync}.
  ///
  /// @return the number of the segment that holds it
  public synchronized long append(ByteBuffer payload) throws IOException {
    check();
    int length = payload.remaining();
    if (length == 0 || length > settings.record().count()) {
      throw new IllegalArgumentException(
          "record: %d bytes (expected: 1 to %d)".formatted(length, settings.record().count()));
    }
    try {
      if (file.position() > 0 && file.position() + HEAD + length > settings.segment().count()) {
        turn();
      }
      var record = ByteBuffer.allocate(HEAD + length).order(ByteOrder.LITTLE_ENDIAN);
      record.putInt(length).putInt(Segment.checksum(payload)).put(payload.duplicate()).flip();
      file.write(record);
    } catch (IOException e) {
      throw fail(e);
    }
    appended++;
    return number;
  }

  /// Makes every record appended before this call safe.
  public void sync() throws IOException {
    long wanted;
    synchronized (this) {
      check();
      wanted = appended;
    }
    syncing.lock();
    try {
      if (synced < wanted) {
        syncAll(wanted);
      }
    } finally {
      syncing.unlock();
    }
  }

  @SuppressWarnings("ReferenceEquality") // whether it is still the same open file
  private void syncAll(long wanted) throws IOException {
    Disk.AppendFile current;
    long covered;
    synchronized (this) {
      check();
      current = file;
      covered = appended;
    }
    try {
      current.sync();
      synced = covered;
    } catch (IOException e) {
      synchronized (this) {
        if (current == file) {
          throw fail(e);
        }
        synced = Math.max(synced, wanted); // turned over meanwhile, which synced it
      }
    }
  }

  /// Begins a new segment, so that everything before it can be dropped once it is stored elsewhere.
  ///
  /// @return the number of the new segment
  public synchronized long cut() throws IOException {
    check();
    try {
      turn();
    } catch (IOException e) {
      throw fail(e);
    }
    return number;
  }

  /// Deletes all segments before the numbered one, the oldest first: a crash leaves no hole. What
  /// was set aside of them goes too.
  public synchronized void dropBefore(long segment) throws IOException {
    for (var old : segments(disk, folder)) {
      if (number(old) < Math.min(segment, number)) {
        disk.delete(old);
        disk.syncDirectory(folder);
      }
    }
    for (var entry : disk.list(folder)) {
      var aside = ASIDE.matcher(entry.getFileName().toString());
      if (aside.matches() && Long.parseLong(aside.group(1)) < Math.min(segment, number)) {
        disk.delete(entry);
      }
    }
  }

  /// Deletes the oldest segments until the rest has at most so many bytes; the one that is written
  /// to stays.
  public synchronized void dropBeyond(Bytes most) throws IOException {
    long size = size();
    var old = segments(disk, folder);
    for (int i = 0; i < old.size() - 1 && size > most.count(); i++) {
      size -= disk.size(old.get(i));
      dropBefore(number(old.get(i)) + 1);
    }
  }

  /// The position after the last record.
  public synchronized Position end() {
    return new Position(number, file.position());
  }

  /// The first record at or after a position, while others may append. Skips dropped and damaged
  /// records.
  public Optional<Entry> next(Position from) throws IOException {
    var end = end();
    var at = from;
    while (at.compareTo(end) < 0) {
      var segment = segment(at.segment());
      long length =
          at.segment() == end.segment()
              ? end.offset()
              : disk.exists(segment) ? disk.size(segment) : 0;
      int gap = gap(segment, at.offset(), length);
      if (gap > 0) {
        at = new Position(at.segment(), at.offset() + gap);
        continue;
      }
      if (at.offset() < length) {
        var payload = read(segment, at.offset(), length);
        if (payload != null) {
          return Optional.of(
              new Entry(
                  payload, new Position(at.segment(), at.offset() + HEAD + payload.remaining())));
        }
        damage.accept(
            "%s at %d is damaged; the %d bytes behind it are not read"
                .formatted(segment, at.offset(), length - at.offset()));
        end = at.segment() == end.segment() ? new Position(cut(), 0) : end;
      }
      at = new Position(at.segment() + 1, 0);
    }
    return Optional.empty();
  }

  private @Nullable ByteBuffer read(Path segment, long offset, long length) throws IOException {
    try (var in = disk.open(segment)) {
      if (offset + HEAD > length) {
        return null;
      }
      int wanted = in.read(offset, HEAD).order(ByteOrder.LITTLE_ENDIAN).getInt();
      if (wanted <= 0 || wanted > settings.record().count() || offset + HEAD + wanted > length) {
        return null;
      }
      return Segment.payload(in.read(offset, HEAD + wanted));
    } catch (NoSuchFileException | EOFException _) {
      return null; // dropped meanwhile
    }
  }

  /// The bytes that a gap left by damage takes here; 0 when there is none.
  private int gap(Path segment, long offset, long length) throws IOException {
    if (offset + HEAD > length) {
      return 0;
    }
    try (var in = disk.open(segment)) {
      return Segment.gap(in.read(offset, HEAD));
    } catch (NoSuchFileException | EOFException _) {
      return 0; // dropped meanwhile
    }
  }

  /// Bytes in all segments.
  public synchronized long size() throws IOException {
    long size = 0;
    for (var segment : segments(disk, folder)) {
      size += disk.size(segment);
    }
    return size;
  }

  private void turn() throws IOException {
    file.sync();
    file.close();
    number++;
    file = disk.append(segment(number));
    disk.syncDirectory(folder);
  }

  private void check() throws IOException {
    if (broken != null) {
      throw new IOException(
          "journal %s failed before and takes nothing more until it is opened anew"
              .formatted(folder),
          broken);
    }
  }

  private IOException fail(IOException e) {
    broken = e;
    return e;
  }

  @Override
  public void close() throws IOException {
    syncing.lock();
    try {
      synchronized (this) {
        if (broken == null) {
          file.sync();
          broken = new IOException("closed");
        }
        file.close();
      }
    } finally {
      syncing.unlock();
    }
  }

  private Path segment(long segmentNumber) {
    return folder.resolve(String.format(Locale.ROOT, "%08d%s", segmentNumber, ENDING));
  }

  private static long number(Path segment) {
    var name = segment.getFileName().toString();
    return Long.parseLong(name.substring(0, name.length() - ENDING.length()));
  }

  private static List<Path> segments(Disk disk, Path folder) throws IOException {
    var segments = new ArrayList<Path>();
    for (var entry : disk.list(folder)) {
      if (entry.getFileName().toString().matches("\\d{8,}\\.journal")) {
        segments.add(entry);
      }
    }
    return segments;
  }
}

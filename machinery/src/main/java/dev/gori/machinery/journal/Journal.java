package dev.gori.machinery.journal;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.Bytes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An append-only record in numbered segment files, `00000001.journal` and so on.
///
/// A record is its length (4 bytes, little endian, never 0: a run of zeros is what a file system
/// leaves after a power cut), the CRC-32C of the payload (4 bytes) and the payload; see
/// `docs/formats/journal.md`. What was appended before a {@link #sync} that returned survives `kill
/// -9` and a power cut. On opening, the records are replayed in order; a torn end of the last
/// segment is moved to a file beside it, `….torn`, and said so; damage in the middle of an older
/// segment sets aside the rest of that segment and goes on with the next.
///
/// After a failed write or sync the journal refuses everything: the caller cannot know what is on
/// disk, and opens it anew. Threads: every call is safe from any thread; {@link #sync} of several
/// callers is one sync.
public final class Journal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int HEAD = 8;
    private static final String ENDING = ".journal";

    /// @param segment how long a segment grows before the next is begun
    /// @param record the longest payload that is taken
    public record Settings(Bytes segment, Bytes record) {
        public static final Settings DEFAULTS = new Settings(Bytes.mebi(32), Bytes.mebi(16));
    }

    /// A place between two records.
    public record Place(long segment, long offset) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int bySegment = Long.compare(segment, other.segment);
            return bySegment == 0 ? Long.compare(offset, other.offset) : bySegment;
        }
    }

    /// @param next the place behind the record
    public record Entry(ByteBuffer payload, Place next) {}

    private final Disk disk;
    private final Path folder;
    private final Settings settings;
    private final ReentrantLock syncing = new ReentrantLock(); // waited for by virtual threads
    private long number;
    private Disk.AppendFile file;
    private @Nullable IOException broken;
    private long appended;
    private volatile long synced;

    private Journal(Disk disk, Path folder, Settings settings, long number) throws IOException {
        this.disk = disk;
        this.folder = folder;
        this.settings = settings;
        this.number = number;
        this.file = disk.append(segment(number));
        disk.syncDirectory(folder);
    }

    /// Replays what is there, then opens a new segment for what comes.
    ///
    /// @param replay is given every record's payload, oldest first
    public static Journal open(
            Disk disk, Path folder, Settings settings, Consumer<ByteBuffer> replay)
            throws IOException {
        disk.createDirectories(folder);
        var segments = segments(disk, folder);
        long last = 0;
        for (var segment : segments) {
            replay(disk, segment, settings, replay);
            last = number(segment);
        }
        return new Journal(disk, folder, settings, last + 1);
    }

    private static void replay(
            Disk disk, Path segment, Settings settings, Consumer<ByteBuffer> replay)
            throws IOException {
        var bytes = ByteBuffer.wrap(disk.readWhole(segment)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            var payload = next(bytes, settings);
            if (payload == null) {
                setAside(disk, segment, bytes.array(), start);
                return;
            }
            replay.accept(payload);
        }
    }

    private static @Nullable ByteBuffer next(ByteBuffer bytes, Settings settings) {
        if (bytes.remaining() < HEAD) {
            return null;
        }
        int length = bytes.getInt();
        int checksum = bytes.getInt();
        if (length <= 0 || length > settings.record().count() || length > bytes.remaining()) {
            return null;
        }
        var payload = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return checksum == checksum(payload) ? payload : null;
    }

    private static void setAside(Disk disk, Path segment, byte[] content, int start)
            throws IOException {
        var torn = segment.resolveSibling(segment.getFileName() + ".torn");
        disk.writeWhole(torn, Arrays.copyOfRange(content, start, content.length));
        disk.truncate(segment, start);
        LOG.warn(
                "journal={} bytes={} at={} were not a whole record; set aside in {}, the rest is kept",
                segment,
                content.length - start,
                start,
                torn.getFileName());
    }

    /// Adds a record. It is safe only after a {@link #sync}.
    ///
    /// @return the number of the segment that holds it
    public synchronized long append(ByteBuffer payload) throws IOException {
        check();
        int length = payload.remaining();
        if (length == 0 || length > settings.record().count()) {
            throw new IllegalArgumentException(
                    "record: %d bytes (expected: 1 to %d)"
                            .formatted(length, settings.record().count()));
        }
        try {
            if (file.position() > 0
                    && file.position() + HEAD + length > settings.segment().count()) {
                turn();
            }
            var record = ByteBuffer.allocate(HEAD + length).order(ByteOrder.LITTLE_ENDIAN);
            record.putInt(length).putInt(checksum(payload)).put(payload.duplicate()).flip();
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

    /// Begins a new segment, so that everything before it can be dropped once it is stored
    /// elsewhere.
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

    /// Deletes all segments before the numbered one.
    public synchronized void dropBefore(long segment) throws IOException {
        for (var old : segments(disk, folder)) {
            if (number(old) < Math.min(segment, number)) {
                disk.delete(old);
            }
        }
        disk.syncDirectory(folder);
    }

    /// Deletes the oldest segments until the rest has at most so many bytes; the one that is
    /// written to stays.
    public synchronized void dropBeyond(Bytes most) throws IOException {
        long size = size();
        var old = segments(disk, folder);
        for (int i = 0; i < old.size() - 1 && size > most.count(); i++) {
            size -= disk.size(old.get(i));
            dropBefore(number(old.get(i)) + 1);
        }
    }

    /// The place behind the last record.
    public synchronized Place end() {
        return new Place(number, file.position());
    }

    /// The first record at or behind a place, while others may append. What was dropped or is
    /// damaged is passed over.
    public Optional<Entry> next(Place from) throws IOException {
        var end = end();
        var at = from;
        while (at.compareTo(end) < 0) {
            var segment = segment(at.segment());
            long length =
                    at.segment() == end.segment()
                            ? end.offset()
                            : disk.exists(segment) ? disk.size(segment) : 0;
            if (at.offset() < length) {
                var payload = read(segment, at.offset(), length);
                if (payload != null) {
                    return Optional.of(
                            new Entry(
                                    payload,
                                    new Place(
                                            at.segment(),
                                            at.offset() + HEAD + payload.remaining())));
                }
                LOG.warn(
                        "journal={} at={} is damaged; the rest of the file is passed over",
                        segment,
                        at.offset());
                end = at.segment() == end.segment() ? new Place(cut(), 0) : end;
            }
            at = new Place(at.segment() + 1, 0);
        }
        return Optional.empty();
    }

    private @Nullable ByteBuffer read(Path segment, long offset, long length) throws IOException {
        try (var in = disk.open(segment)) {
            if (offset + HEAD > length) {
                return null;
            }
            int wanted = in.read(offset, HEAD).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (wanted <= 0
                    || wanted > settings.record().count()
                    || offset + HEAD + wanted > length) {
                return null;
            }
            return next(in.read(offset, HEAD + wanted).order(ByteOrder.LITTLE_ENDIAN), settings);
        } catch (NoSuchFileException | EOFException _) {
            return null; // dropped meanwhile
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

    private static int checksum(ByteBuffer payload) {
        var crc = new CRC32C();
        crc.update(payload.duplicate());
        return (int) crc.getValue();
    }
}

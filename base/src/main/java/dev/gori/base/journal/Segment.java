package dev.gori.base.journal;

import dev.gori.kernel.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The content of one segment file, read as a whole.
final class Segment {

  /*
   * Damage
   * ------
   * After bytes that are no record, records go on where a head is plausible, the heads that
   * follow it lead to the end of the file (or far enough), and the checksum holds. The bytes in
   * between are put into a file of their own, and a gap replaces them: a head whose length
   * has its highest bit set, and zeros. So all offsets in the segment stay what they are. When
   * nothing follows, the segment is cut there: it is a torn end.
   */

  static final int HEAD = 8;
  private static final int GAP = Integer.MIN_VALUE;
  private static final int FAR_ENOUGH = 4;

  private record Damaged(int from, int to, String what) {}

  private final Path file;
  private final ByteBuffer bytes;
  private final long longest;
  private final List<Damaged> damaged = new ArrayList<>();

  private Segment(Path file, byte[] content, long longest) {
    this.file = file;
    this.bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    this.longest = longest;
  }

  /// Gives every whole record, and sets aside what is none.
  static void replay(
      Disk disk, Path file, long longest, Consumer<ByteBuffer> replay, Consumer<String> damage)
      throws IOException {
    var segment = new Segment(file, disk.readWhole(file), longest);
    segment.read(replay);
    segment.mend(disk, damage);
  }

  private void read(Consumer<ByteBuffer> replay) {
    for (int at = 0; at < bytes.limit(); ) {
      int next = nextAfter(at);
      if (next < 0 || !isWhole(at, next)) {
        int from = at;
        at = whereRecordsGoOn(at + HEAD + 1);
        damaged.add(new Damaged(from, at, problem(from)));
      } else {
        if (bytes.getInt(at) > 0) {
          replay.accept(bytes.slice(at + HEAD, next - at - HEAD));
        }
        at = next;
      }
    }
  }

  /// Where what begins here ends, by its head; less than 0 when it cannot.
  private int nextAfter(int at) {
    int left = bytes.limit() - at - HEAD;
    if (left < 0) {
      return -1;
    }
    int length = bytes.getInt(at);
    if (length < 0) {
      int gap = length ^ GAP;
      return gap <= left && isGap(bytes.slice(at, HEAD)) ? at + HEAD + gap : -1;
    }
    return length == 0 || length > longest || length > left ? -1 : at + HEAD + length;
  }

  private boolean isWhole(int at, int next) {
    return bytes.getInt(at) < 0
        || checksum(bytes.slice(at + HEAD, next - at - HEAD)) == bytes.getInt(at + 4);
  }

  private int whereRecordsGoOn(int from) {
    for (int at = from; at + HEAD < bytes.limit(); at++) {
      int next = nextAfter(at);
      if (next > 0 && leadsFar(next) && isWhole(at, next)) {
        return at;
      }
    }
    return bytes.limit();
  }

  private boolean leadsFar(int from) {
    int at = from;
    for (int i = 0; i < FAR_ENOUGH && at > 0 && at < bytes.limit(); i++) {
      at = nextAfter(at);
    }
    return at > 0;
  }

  private String problem(int at) {
    int left = bytes.limit() - at;
    if (left < HEAD) {
      return "%d bytes (expected: a record, at least %d)".formatted(left, HEAD + 1);
    }
    int length = bytes.getInt(at);
    if (nextAfter(at) < 0) {
      return "a record of %d bytes (expected: 1 to %d)"
          .formatted(length, Math.min(longest, left - HEAD));
    }
    return "a record with checksum %08x (expected: %08x)"
        .formatted(checksum(bytes.slice(at + HEAD, length)), bytes.getInt(at + 4));
  }

  private void mend(Disk disk, Consumer<String> damage) throws IOException {
    int end = bytes.limit();
    var content = bytes.array();
    boolean gaps = false;
    for (var part : damaged) {
      boolean torn = part.to() == bytes.limit();
      var aside =
          file.resolveSibling(file.getFileName() + (torn ? ".torn" : ".damaged-" + part.from()));
      disk.writeWhole(aside, Arrays.copyOfRange(content, part.from(), part.to()));
      damage.accept(
          "%s at %d: %s; %d bytes are set aside in %s, the rest is kept"
              .formatted(
                  file, part.from(), part.what(), part.to() - part.from(), aside.getFileName()));
      if (torn) {
        end = part.from();
      } else {
        putGap(part);
        gaps = true;
      }
    }
    if (gaps) {
      disk.writeWhole(file, Arrays.copyOf(content, end));
    } else if (end < bytes.limit()) {
      disk.truncate(file, end);
    }
  }

  /// No record is shorter than a head, so there is room for one.
  private void putGap(Damaged part) {
    Arrays.fill(bytes.array(), part.from(), part.to(), (byte) 0);
    bytes.putInt(part.from(), (part.to() - part.from() - HEAD) | GAP);
    bytes.putInt(part.from() + 4, checksum(bytes.slice(part.from(), 4)));
  }

  private static boolean isGap(ByteBuffer head) {
    var ordered = head.order(ByteOrder.LITTLE_ENDIAN);
    return ordered.getInt(0) < 0 && checksum(ordered.slice(0, 4)) == ordered.getInt(4);
  }

  /// The bytes that a gap takes, its head included; 0 when it is none.
  static int gap(ByteBuffer head) {
    return isGap(head) ? HEAD + (head.order(ByteOrder.LITTLE_ENDIAN).getInt(0) ^ GAP) : 0;
  }

  /// The payload of a record; nothing when it is not whole.
  static @Nullable ByteBuffer payload(ByteBuffer record) {
    var ordered = record.order(ByteOrder.LITTLE_ENDIAN);
    var payload = ordered.slice(HEAD, ordered.limit() - HEAD);
    return checksum(payload) == ordered.getInt(4) ? payload : null;
  }

  static int checksum(ByteBuffer payload) {
    var crc = new CRC32C();
    crc.update(payload.duplicate());
    return (int) crc.getValue();
  }
}

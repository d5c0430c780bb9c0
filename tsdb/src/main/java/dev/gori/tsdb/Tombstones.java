package dev.gori.tsdb;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The deleted time ranges of a block by series: disjoint ascending pairs, both ends inclusive.
/// Immutable.
final class Tombstones {

  private static final byte[] MAGIC = "GORITTB1".getBytes(StandardCharsets.US_ASCII);

  static final Tombstones NONE = new Tombstones(new TreeMap<>());

  private final TreeMap<Integer, long[]> bySeries;

  private Tombstones(TreeMap<Integer, long[]> bySeries) {
    this.bySeries = bySeries;
  }

  boolean isEmpty() {
    return bySeries.isEmpty();
  }

  /// The deleted time ranges of a series, or null.
  long @Nullable [] of(int series) {
    return bySeries.get(series);
  }

  /// With a time range deleted of more series.
  Tombstones with(int[] series, long from, long to) {
    var all = new TreeMap<>(bySeries);
    for (int one : series) {
      all.merge(one, new long[] {from, to}, (before, added) -> merged(before, from, to));
    }
    return new Tombstones(all);
  }

  private static long[] merged(long[] before, long from, long to) {
    long least = from;
    long most = to;
    var joined = new long[before.length + 2];
    int n = 0;
    int index = -1;
    for (int i = 0; i < before.length; i += 2) {
      if (before[i + 1] < from) {
        joined[n++] = before[i];
        joined[n++] = before[i + 1];
      } else if (before[i] > to) {
        if (index < 0) {
          index = n;
          n += 2;
        }
        joined[n++] = before[i];
        joined[n++] = before[i + 1];
      } else {
        least = Math.min(least, before[i]);
        most = Math.max(most, before[i + 1]);
      }
    }
    if (index < 0) {
      index = n;
      n += 2;
    }
    joined[index] = least;
    joined[index + 1] = most;
    return Arrays.copyOf(joined, n);
  }

  byte[] toBytes() {
    var body = new ByteWriter();
    body.number(bySeries.size());
    bySeries.forEach(
        (series, times) -> {
          body.number(series).number(times.length / 2);
          for (long time : times) {
            body.signed(time);
          }
        });
    var content = body.toBytes();
    return new ByteWriter().raw(MAGIC).u32(ByteWriter.checksum(content)).raw(content).toBytes();
  }

  /// @throws CorruptionException if the file is damaged
  static Tombstones read(byte[] file) {
    var in = new ByteReader(ByteBuffer.wrap(file));
    if (!Arrays.equals(in.raw(MAGIC.length), MAGIC)) {
      throw new CorruptionException("no tombstones (expected: GORITTB1)");
    }
    int checksum = in.u32();
    if (checksum != ByteWriter.checksum(Arrays.copyOfRange(file, MAGIC.length + 4, file.length))) {
      throw new CorruptionException("checksum of the tombstones is not %08x".formatted(checksum));
    }
    var all = new TreeMap<Integer, long[]>();
    for (int left = in.countOf(4); left > 0; left--) {
      int series = in.count();
      var times = new long[in.countOf(2) * 2];
      for (int i = 0; i < times.length; i++) {
        times[i] = in.signed();
      }
      all.put(series, times);
    }
    return new Tombstones(all);
  }
}

package dev.gori.tsdb;

import dev.gori.kernel.sample.SampleSink;

/// An open chunk of floats: deltas of deltas of timestamps, XOR of values.
final class XorChunk extends HeadChunk {

  /*
   * First sample: timestamp as a signed variable-width integer, value as 64 bits. Then per sample:
   * the delta of the timestamp deltas, and the XOR with the previous value:
   *   0              the same value
   *   10 + n bits    the meaningful bits lie within the previous window
   *   11 + 6 bits leading zeros, 6 bits width less one, the meaningful bits: a new window
   */

  private long value;
  private byte leading = -1;
  private byte trailing;

  XorChunk() {
    super(48);
  }

  void add(long millis, double number) {
    addTime(millis);
    long raw = Double.doubleToRawLongBits(number);
    if (count() == 1) {
      write(raw, 64);
    } else {
      addDifference(raw ^ value);
    }
    value = raw;
  }

  double lastValue() {
    return Double.longBitsToDouble(value);
  }

  private void addDifference(long difference) {
    if (difference == 0) {
      write(0, 1);
      return;
    }
    int before = Long.numberOfLeadingZeros(difference);
    int after = Long.numberOfTrailingZeros(difference);
    int spared =
        (before - leading) + (after - trailing); // by a new window, which costs twelve bits
    if (leading >= 0 && before >= leading && after >= trailing && spared <= 12) {
      write(0b10, 2);
    } else {
      leading = (byte) before;
      trailing = (byte) after;
      write((0b11L << 12) | ((long) before << 6) | (64 - before - after - 1L), 14);
    }
    write(difference >>> trailing, 64 - leading - trailing);
  }

  @Override
  Chunk.Encoding encoding() {
    return Chunk.Encoding.XOR;
  }

  @Override
  boolean isFull() {
    return count() >= MemSeries.CHUNK_SAMPLES;
  }

  static void read(Chunk chunk, long from, long to, SampleSink sink) {
    var bits = new Bits.Reader(chunk.bytes());
    var starts = chunk.starts();
    long time = bits.signed();
    long value = bits.read(64);
    long delta = 0;
    int leading = 0;
    int trailing = 0;
    for (int i = 0; ; ) {
      if (time > to) {
        return;
      }
      if (time >= from) {
        sink.add(time, Double.longBitsToDouble(value));
        if (starts != null && starts.at(i) != 0) {
          sink.startedAt(starts.at(i));
        }
      }
      if (++i == chunk.count()) {
        return;
      }
      delta += bits.signed();
      time += delta;
      if (bits.bit()) {
        if (bits.bit()) {
          leading = (int) bits.read(6);
          trailing = 64 - leading - ((int) bits.read(6) + 1);
          if (trailing < 0) {
            throw new CorruptionException(
                "chunk: a value window of %d bits after %d zeros"
                    .formatted(64 - trailing, leading));
          }
        }
        value ^= bits.read(64 - leading - trailing) << trailing;
      }
    }
  }
}

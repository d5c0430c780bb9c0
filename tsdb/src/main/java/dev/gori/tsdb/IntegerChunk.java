package dev.gori.tsdb;

import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.SampleSink;
import org.jspecify.annotations.Nullable;

/// Integers as deltas of deltas, for timestamps and values. Steady counters take a few bits per
/// sample.
final class IntegerChunk implements SampleSink {

  /*
   * First sample: timestamp and value as signed variable-width integers. Then per sample the
   * deltas of the deltas of both. Only for values that a `long` holds exactly, except -0.
   */

  private static final double MAX_EXACT = 1L << 53;

  private final Bits.Writer bits;
  private boolean fits = true;
  private boolean first = true;
  private long time;
  private long timeDelta;
  private long value;
  private long valueDelta;

  private IntegerChunk(int capacity) {
    bits = new Bits.Writer(capacity);
  }

  static boolean isInteger(double number) {
    return Math.abs(number) <= MAX_EXACT
        && Double.doubleToRawLongBits((long) number) == Double.doubleToRawLongBits(number);
  }

  /// The samples in this encoding, or null if a value is not an integer.
  static byte @Nullable [] encode(Chunk floats) {
    var out = new IntegerChunk(floats.bytes().length + 16);
    floats.read(out);
    return out.fits ? out.bits.toBytes() : null;
  }

  @Override
  public void add(long millis, double number) {
    if (!fits || !isInteger(number)) {
      fits = false;
      return;
    }
    long whole = (long) number;
    if (first) {
      bits.signed(millis);
      bits.signed(whole);
      first = false;
    } else {
      bits.signed(millis - time - timeDelta);
      bits.signed(whole - value - valueDelta);
      timeDelta = millis - time;
      valueDelta = whole - value;
    }
    time = millis;
    value = whole;
  }

  @Override
  public void add(long millis, FloatHistogram histogram) {
    fits = false;
  }

  @Override
  public void startedAt(long millis) {} // stored outside the bit stream

  static void read(Chunk chunk, long from, long to, SampleSink sink) {
    var bits = new Bits.Reader(chunk.bytes());
    var starts = chunk.starts();
    long time = bits.signed();
    long value = bits.signed();
    long timeDelta = 0;
    long valueDelta = 0;
    for (int i = 0; ; ) {
      if (time > to) {
        return;
      }
      if (time >= from) {
        sink.add(time, value);
        if (starts != null && starts.at(i) != 0) {
          sink.startedAt(starts.at(i));
        }
      }
      if (++i == chunk.count()) {
        return;
      }
      timeDelta += bits.signed();
      valueDelta += bits.signed();
      time += timeDelta;
      value += valueDelta;
    }
  }
}

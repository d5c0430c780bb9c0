package dev.gori.tsdb;

import java.util.Arrays;

/// Floats of several columns, each XORed with the previous one of its column.
final class XorValues {

  private long[] last;
  private byte[] leading; // -1 before the first window
  private byte[] trailing;

  XorValues(int columns) {
    last = new long[columns];
    leading = new byte[columns];
    trailing = new byte[columns];
    Arrays.fill(leading, (byte) -1);
  }

  /// Reorders the columns: for each its old index, or -1 if it is new.
  void reorder(int[] oldIndexes) {
    var before = this.last;
    var leadingBefore = leading;
    var trailingBefore = trailing;
    last = new long[oldIndexes.length];
    leading = new byte[oldIndexes.length];
    trailing = new byte[oldIndexes.length];
    for (int i = 0; i < oldIndexes.length; i++) {
      int old = oldIndexes[i];
      last[i] = old < 0 ? 0 : before[old];
      leading[i] = old < 0 ? -1 : leadingBefore[old];
      trailing[i] = old < 0 ? 0 : trailingBefore[old];
    }
  }

  /// @param whole whether to write all 64 bits, as for the first value of a chunk
  void write(Bits.Writer bits, int column, double value, boolean whole) {
    long raw = Double.doubleToRawLongBits(value);
    if (whole) {
      bits.write(raw, 64);
    } else {
      difference(bits, column, raw ^ last[column]);
    }
    last[column] = raw;
  }

  private void difference(Bits.Writer bits, int column, long difference) {
    if (difference == 0) {
      bits.write(0, 1);
      return;
    }
    int before = Long.numberOfLeadingZeros(difference);
    int after = Long.numberOfTrailingZeros(difference);
    int spared =
        (before - leading[column])
            + (after - trailing[column]); // by a new window, which costs twelve bits
    if (leading[column] >= 0
        && before >= leading[column]
        && after >= trailing[column]
        && spared <= 12) {
      bits.write(0b10, 2);
    } else {
      leading[column] = (byte) before;
      trailing[column] = (byte) after;
      bits.write((0b11L << 12) | ((long) before << 6) | (64 - before - after - 1L), 14);
    }
    bits.write(difference >>> trailing[column], 64 - leading[column] - trailing[column]);
  }

  double read(Bits.Reader bits, int column, boolean whole) {
    if (whole) {
      last[column] = bits.read(64);
    } else if (bits.bit()) {
      if (bits.bit()) {
        leading[column] = (byte) bits.read(6);
        trailing[column] = (byte) (64 - leading[column] - ((int) bits.read(6) + 1));
        if (trailing[column] < 0) {
          throw new CorruptionException(
              "chunk: a value window of %d bits after %d zeros"
                  .formatted(64 - trailing[column], leading[column]));
        }
      } else if (leading[column] < 0) {
        throw new CorruptionException("chunk: a value without a window");
      }
      last[column] ^= bits.read(64 - leading[column] - trailing[column]) << trailing[column];
    }
    return Double.longBitsToDouble(last[column]);
  }
}

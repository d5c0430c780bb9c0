package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Decodes the samples of a chunk as the section "Chunks" of `docs/formats/tsdb-block.md` says.
final class ChunkFormatReader {

  private static final String[] HINTS = {"unknown", "reset", "not reset", "gauge"};
  private static final int[] WIDTHS = {4, 7, 12, 20, 32, 64};

  /// A column with its last value, and its last delta or window.
  private static final class Column {
    private long value;
    private long difference;
    private int leading = -1;
    private int width;
    private boolean isNew = true;
  }

  private final int encoding;
  private final byte[] bits;
  private int at;
  private final Map<String, Column> columns = new HashMap<>();
  private int hint;
  private int schema;
  private double threshold;
  private List<Double> bounds = List.of();
  private List<Long> positive = List.of();
  private List<Long> negative = List.of();

  private ChunkFormatReader(int encoding, byte[] bits) {
    this.encoding = encoding;
    this.bits = bits;
  }

  static List<String> samples(int code, int count, byte[] content) {
    var in = new FieldReader(content);
    var starts = new TreeMap<Long, Long>();
    if (code >= 128) {
      for (int left = in.count(); left > 0; left--) {
        starts.put(in.number(), in.signed());
      }
    }
    var chunk = new ChunkFormatReader(code % 128, in.take(content.length - in.at()));
    var samples = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      var began = starts.floorEntry((long) i);
      samples.add(
          chunk.differences("time")
              + " "
              + chunk.value(i == 0)
              + (began == null || began.getValue() == 0 ? "" : " began " + began.getValue()));
    }
    chunk.end();
    return samples;
  }

  private void end() {
    assertThat(bits.length * 8 - at).as("bits that are left").isBetween(0, 7);
    while (at < bits.length * 8) {
      assertThat(read(1)).as("bit %d, after the last sample", at).isZero();
    }
  }

  private String value(boolean first) {
    return switch (encoding) {
      case 1 -> String.valueOf(exclusiveOr("value", first));
      case 2 -> String.valueOf(differences("value"));
      case 3, 4 -> histogram(first);
      default -> throw new AssertionError("encoding " + encoding);
    };
  }

  private long read(int count) {
    long value = 0;
    for (int i = 0; i < count; i++, at++) {
      value = value << 1 | (bits[at / 8] >> (7 - at % 8) & 1);
    }
    return value;
  }

  private long signed() {
    int ones = 0;
    while (ones < 6 && read(1) == 1) {
      ones++;
    }
    if (ones == 0) {
      return 0;
    }
    int width = WIDTHS[ones - 1];
    long value = read(width);
    return width < 64 && value >= 1L << (width - 1) ? value - (1L << width) : value;
  }

  private Column column(String name) {
    return columns.computeIfAbsent(name, _ -> new Column());
  }

  private long differences(String name) {
    var column = column(name);
    long difference = column.difference + signed();
    column.value += difference;
    column.difference = column.isNew ? 0 : difference;
    column.isNew = false;
    return column.value;
  }

  private double exclusiveOr(String name, boolean whole) {
    var column = column(name);
    if (whole) {
      column.value = read(64);
    } else if (read(1) == 1) {
      if (read(1) == 1) {
        column.leading = (int) read(6);
        column.width = (int) read(6) + 1;
      }
      assertThat(column.leading).as("a window").isNotNegative();
      column.value ^= read(column.width) << (64 - column.leading - column.width);
    }
    return Double.longBitsToDouble(column.value);
  }

  private String histogram(boolean first) {
    if (read(1) == 0) {
      hint = hint == 3 ? 3 : 2;
    } else {
      hint = (int) read(2);
      if (read(1) == 1) {
        layout();
      }
    }
    var said = new StringBuilder(HINTS[hint]);
    said.append(" schema ").append(schema).append(" zero within ").append(threshold);
    said.append(bounds.isEmpty() ? "" : " bounds " + bounds);
    said.append("\n  count ").append(count("count")).append(" zero ").append(count("zero"));
    for (long index : positive) {
      said.append(" +").append(index).append(':').append(count("+" + index));
    }
    for (long index : negative) {
      said.append(" -").append(index).append(':').append(count("-" + index));
    }
    return said.append(" sum ").append(exclusiveOr("sum", first)).toString();
  }

  private String count(String name) {
    return encoding == 3
        ? String.valueOf(differences(name))
        : String.valueOf(exclusiveOr(name, false));
  }

  private void layout() {
    int newSchema = (byte) read(8);
    double newThreshold =
        switch ((int) read(2)) {
          case 0 -> 0;
          case 1 -> 0x1p-128;
          case 2 -> Double.longBitsToDouble(read(64));
          default -> throw new AssertionError("zero threshold");
        };
    var newBounds = new ArrayList<Double>();
    if (newSchema == -53) {
      for (long left = signed(); left > 0; left--) {
        newBounds.add(read(1) == 0 ? signed() / 1000.0 : Double.longBitsToDouble(read(64)));
      }
    }
    boolean goesOn = newSchema == schema && newThreshold == threshold && newBounds.equals(bounds);
    schema = newSchema;
    threshold = newThreshold;
    bounds = newBounds;
    positive = indexes();
    negative = indexes();
    columns
        .keySet()
        .removeIf(
            name ->
                name.startsWith("+") && !(goesOn && isIn(positive, name))
                    || name.startsWith("-") && !(goesOn && isIn(negative, name)));
  }

  private static boolean isIn(List<Long> indexes, String name) {
    return indexes.contains(Long.parseLong(name.substring(1)));
  }

  private List<Long> indexes() {
    var all = new ArrayList<Long>();
    long expected = 0;
    for (long left = signed(); left > 0; left--) {
      expected += signed();
      all.add(expected++);
    }
    return all;
  }
}

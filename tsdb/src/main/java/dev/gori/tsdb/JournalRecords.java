package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Encodes and decodes the records of the journal.
final class JournalRecords {

  /*
   * A record is a sequence of items, each with a kind byte; docs/formats/tsdb-journal.md describes
   * them. Out-of-order samples and chunks add 16 to the kind.
   */
  private static final int SERIES = 1;
  private static final int INTEGER = 2;
  private static final int FLOAT = 3;
  private static final int CHUNK = 4;
  private static final int HISTOGRAM = 5;
  private static final int START_TIMESTAMP = 6;
  private static final int EXEMPLAR = 7;
  private static final int DELETION = 8;
  private static final int NUMBERED_EXEMPLAR = 9;
  private static final int NEXT_EXEMPLAR = 10;
  private static final int EXEMPLAR_DELETION = 11;
  private static final int OUT_OF_ORDER = 16;

  /// A longer record is closed. An item is never split.
  private static final int TARGET_BYTES = 1 << 20;

  private JournalRecords() {}

  static final class Writer {
    private final List<ByteBuffer> full = new ArrayList<>();
    private ByteWriter out = new ByteWriter();
    private int ref;
    private long time;
    private long start;

    void series(int newNumber, Labels labels) {
      cutRecord();
      out.u8(SERIES).number(newNumber);
      labels(labels);
    }

    private void labels(Labels labels) {
      out.number(labels.size());
      for (int i = 0; i < labels.size(); i++) {
        out.text(labels.nameAt(i)).text(labels.valueAt(i));
      }
    }

    void sample(int series, long millis, double value, long began, boolean late) {
      cutRecord();
      start(began);
      long whole = (long) value;
      boolean isWhole =
          Double.doubleToRawLongBits(whole) == Double.doubleToRawLongBits(value)
              && Math.abs(value) < 1L << 48;
      itemHeader((isWhole ? INTEGER : FLOAT) | (late ? OUT_OF_ORDER : 0), series, millis);
      if (isWhole) {
        out.signed(whole);
      } else {
        out.u64(Double.doubleToRawLongBits(value));
      }
    }

    void sample(int series, long millis, FloatHistogram histogram, long began, boolean late) {
      cutRecord();
      start(began);
      itemHeader(HISTOGRAM | (late ? OUT_OF_ORDER : 0), series, millis);
      JournalHistogram.write(out, histogram);
    }

    private void itemHeader(int kind, int series, long millis) {
      out.u8(kind).signed(series - ref).signed(millis - time);
      ref = series;
      time = millis;
    }

    private void start(long began) {
      if (began != start) {
        out.u8(START_TIMESTAMP).signed(began - start);
        start = began;
      }
    }

    void exemplar(int series, Exemplar exemplar) {
      cutRecord();
      out.u8(EXEMPLAR).number(series);
      exemplar(exemplar);
    }

    /// Writes an exemplar whose series may have no samples in the head.
    void exemplar(ExemplarStorage.StoredExemplar kept) {
      cutRecord();
      out.u8(NUMBERED_EXEMPLAR).number(kept.sequence());
      labels(kept.series());
      exemplar(kept.exemplar());
    }

    void nextExemplar(long number) {
      cutRecord();
      out.u8(NEXT_EXEMPLAR).number(number);
    }

    private void exemplar(Exemplar exemplar) {
      out.signed(exemplar.millis()).u64(Double.doubleToRawLongBits(exemplar.value()));
      labels(exemplar.labels());
    }

    void deletion(int series, long from, long to) {
      cutRecord();
      out.u8(DELETION).number(series).signed(from).signed(to);
    }

    /// Writes the deletion of a series' exemplars. The series may have no samples in the head.
    void exemplarDeletion(Labels series, long from, long to) {
      cutRecord();
      out.u8(EXEMPLAR_DELETION);
      labels(series);
      out.signed(from).signed(to);
    }

    void chunk(int series, Chunk chunk, boolean late) {
      cutRecord();
      var content = chunk.content();
      out.u8(CHUNK | (late ? OUT_OF_ORDER : 0))
          .number(series)
          .u8(chunk.code())
          .signed(chunk.minTime())
          .number(chunk.maxTime() - chunk.minTime());
      out.number(chunk.count()).number(content.length).raw(content);
    }

    private void cutRecord() {
      if (out.size() > TARGET_BYTES) {
        full.add(out.buffer());
        out = new ByteWriter();
        ref = 0;
        time = 0;
        start = 0;
      }
    }

    /// Removes and returns the complete records.
    List<ByteBuffer> full() {
      var taken = List.copyOf(full);
      full.clear();
      return taken;
    }

    /// Removes and returns all remaining records.
    List<ByteBuffer> records() {
      if (out.size() > 0) {
        full.add(out.buffer());
        out = new ByteWriter();
      }
      return full;
    }
  }

  /// Visits the items of a record.
  interface Visitor {
    void series(int number, Labels labels);

    void sample(int number, long millis, double value, long start, boolean late);

    void sample(int number, long millis, FloatHistogram histogram, long start, boolean late);

    void chunk(int number, Chunk chunk, boolean late);

    void exemplar(int number, Exemplar exemplar);

    void exemplar(ExemplarStorage.StoredExemplar kept);

    void nextExemplar(long number);

    void deletion(int number, long from, long to);

    void exemplarDeletion(Labels series, long from, long to);
  }

  static void read(ByteBuffer record, Visitor replay) {
    var in = new ByteReader(record);
    int number = 0;
    long time = 0;
    long start = 0;
    while (in.hasMore()) {
      int item = in.u8();
      boolean late = (item & OUT_OF_ORDER) != 0;
      int kind = item & ~OUT_OF_ORDER;
      switch (kind) {
        case SERIES -> replay.series(in.count(), labels(in));
        case INTEGER, FLOAT, HISTOGRAM -> {
          number += (int) in.signed();
          time += in.signed();
          switch (kind) {
            case INTEGER -> replay.sample(number, time, in.signed(), start, late);
            case FLOAT ->
                replay.sample(number, time, Double.longBitsToDouble(in.u64()), start, late);
            default -> replay.sample(number, time, JournalHistogram.read(in), start, late);
          }
        }
        case CHUNK -> replay.chunk(in.count(), chunk(in), late);
        case START_TIMESTAMP -> start += in.signed();
        case EXEMPLAR -> replay.exemplar(in.count(), exemplar(in));
        case NUMBERED_EXEMPLAR -> {
          long sequenceNumber = in.number();
          replay.exemplar(
              new ExemplarStorage.StoredExemplar(labels(in), exemplar(in), sequenceNumber));
        }
        case NEXT_EXEMPLAR -> replay.nextExemplar(in.number());
        case DELETION -> replay.deletion(in.count(), in.signed(), in.signed());
        case EXEMPLAR_DELETION -> replay.exemplarDeletion(labels(in), in.signed(), in.signed());
        default ->
            throw new CorruptionException(
                "journal item of kind %d (expected: 1 to 11; written by a newer version?)"
                    .formatted(item));
      }
    }
  }

  private static Labels labels(ByteReader in) {
    var pairs = new String[in.countOf(2) * 2];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = in.text();
    }
    return Labels.of(pairs);
  }

  private static Exemplar exemplar(ByteReader in) {
    long millis = in.signed();
    double value = Double.longBitsToDouble(in.u64());
    return new Exemplar(labels(in), value, millis);
  }

  private static Chunk chunk(ByteReader in) {
    int code = in.u8();
    long minTime = in.signed();
    return Chunk.stored(code, minTime, minTime + in.number(), in.count(), in.raw(in.count()));
  }
}

package dev.gori.engines.tsdb;

import dev.gori.kernel.label.Labels;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The journal's records: samples as they arrive, and series as they stand when older segments are dropped.
final class JournalRecords {

    /*
     * A record is a run of items, each begun by its kind:
     *   1 series   number, labels
     *   2 sample   number (difference to the last), time (difference to the last), value as a whole number
     *   3 sample   the same with a value of eight bytes
     *   4 chunk    number, encoding, first time, last less first time, samples, length, bytes
     */
    private static final int SERIES = 1;
    private static final int WHOLE = 2;
    private static final int FLOAT = 3;
    private static final int CHUNK = 4;

    /// A record is closed when it is longer than this; an item is never split.
    private static final int LONG_ENOUGH = 1 << 20;

    private JournalRecords() {}

    static final class Writer {
        private final List<ByteBuffer> full = new ArrayList<>();
        private ByteWriter out = new ByteWriter();
        private int number;
        private long time;

        void series(int newNumber, Labels labels) {
            turn();
            out.u8(SERIES).number(newNumber).number(labels.size());
            labels.forEach((name, value) -> out.text(name).text(value));
        }

        void sample(int series, long millis, double value) {
            turn();
            long whole = (long) value;
            boolean isWhole = Double.doubleToRawLongBits(whole) == Double.doubleToRawLongBits(value) && Math.abs(value) < 1L << 48;
            out.u8(isWhole ? WHOLE : FLOAT).signed(series - number).signed(millis - time);
            if (isWhole) {
                out.signed(whole);
            } else {
                out.u64(Double.doubleToRawLongBits(value));
            }
            number = series;
            time = millis;
        }

        void chunk(int series, Chunk chunk) {
            turn();
            out.u8(CHUNK).number(series).u8(chunk.encoding().code()).signed(chunk.minTime()).number(chunk.maxTime() - chunk.minTime());
            out.number(chunk.count()).number(chunk.bytes().length).raw(chunk.bytes());
        }

        private void turn() {
            if (out.size() > LONG_ENOUGH) {
                full.add(out.buffer());
                out = new ByteWriter();
                number = 0;
                time = 0;
            }
        }

        List<ByteBuffer> records() {
            if (out.size() > 0) {
                full.add(out.buffer());
                out = new ByteWriter();
            }
            return full;
        }
    }

    /// What a record says, item by item.
    interface Replay {
        void series(int number, Labels labels);

        void sample(int number, long millis, double value);

        void chunk(int number, Chunk chunk);
    }

    static void read(ByteBuffer record, Replay replay) {
        var in = new ByteReader(record);
        int number = 0;
        long time = 0;
        while (in.hasMore()) {
            int kind = in.u8();
            switch (kind) {
                case SERIES -> replay.series(in.count(), labels(in));
                case WHOLE, FLOAT -> {
                    number += (int) in.signed();
                    time += in.signed();
                    replay.sample(number, time, kind == WHOLE ? in.signed() : Double.longBitsToDouble(in.u64()));
                }
                case CHUNK -> replay.chunk(in.count(), chunk(in));
                default -> throw new DamagedException("journal item of kind %d (expected: 1 to 4; written by a newer version?)".formatted(kind));
            }
        }
    }

    private static Labels labels(ByteReader in) {
        var pairs = new String[in.count() * 2];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = in.text();
        }
        return Labels.of(pairs);
    }

    private static Chunk chunk(ByteReader in) {
        var encoding = Chunk.Encoding.of(in.u8());
        long minTime = in.signed();
        return new Chunk(encoding, minTime, minTime + in.number(), in.count(), in.raw(in.count()));
    }
}

package dev.gori.engines.tsdb;

import org.jspecify.annotations.Nullable;

/// Whole numbers: differences of differences for time and for value. Counters that grow evenly cost a few bits a sample.
final class WholeChunk {

    /*
     * First sample: time, value as signed numbers of variable width. Then per sample the differences of the differences of both.
     * Only for values that a `long` holds exactly and that are not -0.
     */

    private static final double LARGEST = 1L << 53;

    private WholeChunk() {}

    /// The samples in this encoding, or nothing when a value is no whole number.
    static byte @Nullable [] encode(SampleCursor samples) {
        var bits = new Bits.Writer(128);
        boolean first = true;
        long time = 0;
        long timeDelta = 0;
        long value = 0;
        long valueDelta = 0;
        while (samples.next()) {
            double number = samples.value();
            long whole = (long) number;
            if (Math.abs(number) > LARGEST || Double.doubleToRawLongBits(whole) != Double.doubleToRawLongBits(number)) {
                return null;
            }
            if (first) {
                bits.signed(samples.millis());
                bits.signed(whole);
                first = false;
            } else {
                bits.signed(samples.millis() - time - timeDelta);
                bits.signed(whole - value - valueDelta);
                timeDelta = samples.millis() - time;
                valueDelta = whole - value;
            }
            time = samples.millis();
            value = whole;
        }
        return bits.toBytes();
    }

    static final class Cursor implements SampleCursor {
        private final Bits.Reader bits;
        private int left;
        private boolean first = true;
        private long time;
        private long timeDelta;
        private long value;
        private long valueDelta;

        Cursor(byte[] bytes, int count) {
            this.bits = new Bits.Reader(bytes);
            this.left = count;
        }

        @Override
        public boolean next() {
            if (left == 0) {
                return false;
            }
            left--;
            if (first) {
                first = false;
                time = bits.signed();
                value = bits.signed();
                return true;
            }
            timeDelta += bits.signed();
            valueDelta += bits.signed();
            time += timeDelta;
            value += valueDelta;
            return true;
        }

        @Override
        public long millis() {
            return time;
        }

        @Override
        public double value() {
            return value;
        }
    }
}

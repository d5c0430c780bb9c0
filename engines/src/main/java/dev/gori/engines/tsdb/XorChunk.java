package dev.gori.engines.tsdb;

/// A chunk that still grows: differences of differences for time, exclusive-or for values.
final class XorChunk {

    /*
     * First sample: time as a signed number of variable width, value as 64 bits.
     * Then per sample: the difference of the time differences; the exclusive-or of the value with the one before:
     *   0              the same value
     *   10 + n bits    the meaningful bits lie within the window of the last one
     *   11 + 6 bits leading zeros, 6 bits width less one, then so many bits: a new window
     */

    private final Bits.Writer bits = new Bits.Writer(64);
    private int count;
    private long minTime;
    private long time;
    private long delta;
    private long value;
    private int leading = -1;
    private int trailing;

    void add(long millis, double number) {
        long raw = Double.doubleToRawLongBits(number);
        if (count == 0) {
            minTime = millis;
            bits.signed(millis);
            bits.write(raw, 64);
        } else {
            long nextDelta = millis - time;
            bits.signed(nextDelta - delta);
            delta = nextDelta;
            addValue(raw ^ value);
        }
        time = millis;
        value = raw;
        count++;
    }

    private void addValue(long difference) {
        if (difference == 0) {
            bits.write(0, 1);
            return;
        }
        int zerosBefore = Long.numberOfLeadingZeros(difference);
        int zerosAfter = Long.numberOfTrailingZeros(difference);
        if (leading >= 0 && zerosBefore >= leading && zerosAfter >= trailing && !narrower(zerosBefore, zerosAfter)) {
            bits.write(0b10, 2);
            bits.write(difference >>> trailing, 64 - leading - trailing);
            return;
        }
        leading = zerosBefore;
        trailing = zerosAfter;
        bits.write(0b11, 2);
        bits.write(leading, 6);
        bits.write(64 - leading - trailing - 1L, 6);
        bits.write(difference >>> trailing, 64 - leading - trailing);
    }

    /// Whether a window of its own would save more than the twelve bits that it costs.
    private boolean narrower(int zerosBefore, int zerosAfter) {
        return (zerosBefore - leading) + (zerosAfter - trailing) > 12;
    }

    int count() {
        return count;
    }

    long minTime() {
        return minTime;
    }

    long maxTime() {
        return time;
    }

    double lastValue() {
        return Double.longBitsToDouble(value);
    }

    int size() {
        return bits.size();
    }

    /// What it holds now, as an immutable chunk.
    Chunk toChunk() {
        return new Chunk(Chunk.Encoding.XOR, minTime, time, count, bits.toBytes());
    }

    static final class Cursor implements SampleCursor {
        private final Bits.Reader bits;
        private int left;
        private boolean first = true;
        private long time;
        private long delta;
        private long value;
        private int leading;
        private int trailing;

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
                value = bits.read(64);
                return true;
            }
            delta += bits.signed();
            time += delta;
            if (bits.bit()) {
                if (bits.bit()) {
                    leading = (int) bits.read(6);
                    trailing = 64 - leading - ((int) bits.read(6) + 1);
                    if (trailing < 0) {
                        throw new DamagedException("chunk: a value window of %d bits after %d zeros".formatted(64 - trailing, leading));
                    }
                }
                value ^= bits.read(64 - leading - trailing) << trailing;
            }
            return true;
        }

        @Override
        public long millis() {
            return time;
        }

        @Override
        public double value() {
            return Double.longBitsToDouble(value);
        }
    }
}

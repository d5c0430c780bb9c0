package dev.gori.engines.tsdb;

import org.jspecify.annotations.Nullable;

/// A finished run of samples of one series, compressed. Immutable.
///
/// @param encoding how the bytes are meant; the byte is stored, so that native histograms can follow as encodings of their own
record Chunk(Encoding encoding, long minTime, long maxTime, int count, byte[] bytes) implements ChunkSource {

    /// The stored byte is the ordinal plus one.
    enum Encoding {
        /// Differences of differences of time; exclusive-or of values (Gorilla, VLDB 2015).
        XOR,
        /// The same for time; differences of differences for values too, which are whole numbers: counters and counts.
        WHOLE;

        int code() {
            return ordinal() + 1;
        }

        static Encoding of(int code) {
            if (code < 1 || code > values().length) {
                throw new DamagedException("chunk encoding: %d (expected: 1 to %d; written by a newer version?)".formatted(code, values().length));
            }
            return values()[code - 1];
        }
    }

    SampleCursor samples() {
        return switch (encoding) {
            case XOR -> new XorChunk.Cursor(bytes, count);
            case WHOLE -> new WholeChunk.Cursor(bytes, count);
        };
    }

    @Override
    public Chunk load() {
        return this;
    }

    /// The same samples in fewer bytes, where there is a way.
    Chunk smallest() {
        byte @Nullable [] whole = encoding == Encoding.XOR ? WholeChunk.encode(samples()) : null;
        return whole == null || whole.length >= bytes.length ? this : new Chunk(Encoding.WHOLE, minTime, maxTime, count, whole);
    }
}

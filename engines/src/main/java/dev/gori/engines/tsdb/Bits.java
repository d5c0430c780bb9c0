package dev.gori.engines.tsdb;

import java.util.Arrays;

/// Bits one after the other, most significant first, and the numbers of variable width that the chunks are made of.
final class Bits {

    private Bits() {}

    /*
     * Signed numbers in classes of width, small ones first, since most differences of differences are small:
     *   0                      zero
     *   10     + 4 bits        -8 … 7
     *   110    + 7 bits        -64 … 63
     *   1110   + 12 bits       -2048 … 2047
     *   11110  + 20 bits       -2^19 … 2^19-1
     *   111110 + 32 bits       -2^31 … 2^31-1
     *   111111 + 64 bits       everything
     */
    private static final int[] WIDTHS = {4, 7, 12, 20, 32, 64};

    static final class Writer {
        private byte[] bytes;
        private int bits;

        Writer(int capacity) {
            bytes = new byte[capacity];
        }

        /// Writes the low `count` bits of a value.
        void write(long value, int count) {
            int needed = (bits + count + 7) >>> 3;
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
            }
            int left = count;
            while (left > 0) {
                int free = 8 - (bits & 7);
                int take = Math.min(free, left);
                long part = (value >>> (left - take)) & ((1L << take) - 1);
                bytes[bits >>> 3] |= (byte) (part << (free - take));
                bits += take;
                left -= take;
            }
        }

        void signed(long value) {
            if (value == 0) {
                write(0, 1);
                return;
            }
            int ones = 1;
            for (int width : WIDTHS) {
                if (width == 64) {
                    write(0b111111, 6);
                    write(value, 64);
                    return;
                }
                if (value >= -(1L << (width - 1)) && value < 1L << (width - 1)) {
                    write((1L << (ones + 1)) - 2, ones + 1); // `ones` ones and a zero
                    write(value, width);
                    return;
                }
                ones++;
            }
        }

        byte[] toBytes() {
            return Arrays.copyOf(bytes, (bits + 7) >>> 3);
        }

        int size() {
            return (bits + 7) >>> 3;
        }
    }

    static final class Reader {
        private final byte[] bytes;
        private int at;

        Reader(byte[] bytes) {
            this.bytes = bytes;
        }

        long read(int count) {
            if (at + count > bytes.length << 3) {
                throw new DamagedException("chunk ends after %d bits (expected: %d more)".formatted(bytes.length << 3, count));
            }
            long value = 0;
            int left = count;
            while (left > 0) {
                int free = 8 - (at & 7);
                int take = Math.min(free, left);
                int part = ((bytes[at >>> 3] & 0xff) >>> (free - take)) & ((1 << take) - 1);
                value = (value << take) | part;
                at += take;
                left -= take;
            }
            return value;
        }

        boolean bit() {
            return read(1) != 0;
        }

        long signed() {
            if (!bit()) {
                return 0;
            }
            int kind = 0;
            while (kind < 5 && bit()) {
                kind++;
            }
            int width = WIDTHS[kind];
            return (read(width) << (64 - width)) >> (64 - width);
        }
    }
}

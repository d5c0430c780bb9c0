package dev.gori.roles.metrics.scrape;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A piece of an exposition, kept to be found again in the next one.
class RawText {

    private final byte[] bytes;
    private final int hash;

    RawText(byte[] text, int from, int to) {
        this.bytes = Arrays.copyOfRange(text, from, to);
        this.hash = Arrays.hashCode(bytes);
    }

    final int length() {
        return bytes.length;
    }

    final boolean is(byte[] text, int from, int to) {
        return Arrays.equals(bytes, 0, bytes.length, text, from, to);
    }

    /// Whether it stands there as the whole of a series' name and labels.
    final boolean isFollowedByValue(byte[] text, int from, int to) {
        int at = from + bytes.length;
        if (at >= to || !isBlank(text[at]) || !is(text, from, at)) {
            return false;
        }
        if (bytes[bytes.length - 1] == '}') {
            return true;
        }
        while (at < to && isBlank(text[at])) {
            at++;
        }
        return at < to && text[at] != '{';
    }

    private static boolean isBlank(byte c) {
        return c == ' ' || c == '\t';
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof RawText that && hash == that.hash && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public final int hashCode() {
        return hash;
    }

    @Override
    public final String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

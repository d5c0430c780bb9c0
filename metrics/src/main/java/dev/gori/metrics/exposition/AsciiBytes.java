package dev.gori.metrics.exposition;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Tokens of the text formats as bytes, and comparisons with them.
final class AsciiBytes {

  static final byte[] UNTYPED = "untyped".getBytes(StandardCharsets.US_ASCII);
  static final byte[] EOF = "# EOF".getBytes(StandardCharsets.US_ASCII);
  static final byte[] CREATED = "_created".getBytes(StandardCharsets.US_ASCII);

  private AsciiBytes() {}

  static boolean equal(byte[] word, byte[] in, int from, int to) {
    return Arrays.equals(word, 0, word.length, in, from, to);
  }

  static boolean startsWith(byte[] word, byte[] in, int from, int to) {
    return to - from >= word.length
        && Arrays.equals(word, 0, word.length, in, from, from + word.length);
  }

  /// @throws ExpositionException if the bytes are not UTF-8
  static String text(byte[] in, int from, int to) throws ExpositionException {
    for (int i = from; i < to; i++) {
      if (in[i] < 0) {
        return strict(in, from, to);
      }
    }
    return new String(in, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static String strict(byte[] in, int from, int to) throws ExpositionException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(in, from, to - from))
          .toString();
    } catch (CharacterCodingException _) {
      throw new ExpositionException("'%s' is not UTF-8".formatted(excerpt(in, from, to)));
    }
  }

  /// The first bytes, for an error message.
  static String excerpt(byte[] in, int from, int to) {
    return new String(in, from, Math.min(to - from, 40), StandardCharsets.UTF_8);
  }
}

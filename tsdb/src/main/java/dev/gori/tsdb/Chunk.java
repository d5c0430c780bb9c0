package dev.gori.tsdb;

import dev.gori.kernel.sample.SampleSink;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Compressed samples of one series. Immutable: later bytes of the shared array may change, but are
/// not read.
///
/// @param starts start timestamps of the samples; null if none is known
record Chunk(
    Encoding encoding,
    long minTime,
    long maxTime,
    int count,
    byte[] bytes,
    @Nullable StartTimestamps starts)
    implements ChunkSource {

  enum Encoding {
    /// Deltas of deltas of timestamps, XOR of values (Gorilla, VLDB 2015).
    XOR(1),
    /// Deltas of deltas of timestamps and of integer values.
    INTEGER(2),
    /// Native histograms with integer counts.
    HISTOGRAM(3),
    /// Native histograms with float counts.
    FLOAT_HISTOGRAM(4);

    private final int code; // on disk

    Encoding(int code) {
      this.code = code;
    }

    boolean isHistogram() {
      return this == HISTOGRAM || this == FLOAT_HISTOGRAM;
    }

    static Encoding of(int code) {
      if (code < 1 || code > values().length) {
        throw new CorruptionException(
            "chunk encoding: %d (expected: 1 to %d; written by a newer version?)"
                .formatted(code, values().length));
      }
      return values()[code - 1];
    }
  }

  /// Flag of the encoding byte: start timestamps precede the samples.
  private static final int WITH_STARTS = 0x80;

  static Chunk stored(int code, long minTime, long maxTime, int count, byte[] content) {
    var encoding = Encoding.of(code & ~WITH_STARTS);
    if ((code & WITH_STARTS) == 0) {
      return new Chunk(encoding, minTime, maxTime, count, content, null);
    }
    var in = new ByteReader(ByteBuffer.wrap(content));
    var starts = StartTimestamps.read(in);
    return new Chunk(
        encoding, minTime, maxTime, count, in.raw(content.length - in.position()), starts);
  }

  int code() {
    return encoding.code | (starts == null ? 0 : WITH_STARTS);
  }

  /// The stored form. Only for a finished chunk.
  byte[] content() {
    if (starts == null) {
      return bytes;
    }
    var out = new ByteWriter();
    starts.write(out);
    return out.raw(bytes).toBytes();
  }

  @Override
  public List<Chunk> toChunks(boolean afterGap) {
    if (!afterGap || !encoding.isHistogram()) {
      return List.of(this);
    }
    var recoded = new ChunkRewriter();
    read(Long.MIN_VALUE, Long.MAX_VALUE, true, recoded);
    return recoded.chunks();
  }

  @Override
  public void read(long from, long to, boolean afterGap, SampleSink sink) {
    switch (encoding) {
      case XOR -> XorChunk.read(this, from, to, sink);
      case INTEGER -> IntegerChunk.read(this, from, to, sink);
      case HISTOGRAM, FLOAT_HISTOGRAM -> HistogramChunk.read(this, from, to, afterGap, sink);
    }
  }

  void read(SampleSink sink) {
    read(Long.MIN_VALUE, Long.MAX_VALUE, false, sink);
  }

  /// This chunk, re-encoded if another encoding is smaller.
  Chunk smallest() {
    byte @Nullable [] whole = encoding == Encoding.XOR ? IntegerChunk.encode(this) : null;
    return whole == null || whole.length >= bytes.length
        ? this
        : new Chunk(Encoding.INTEGER, minTime, maxTime, count, whole, starts);
  }
}

package dev.gori.logs.store;

import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Encodes the entries of a head as a segment; the layout is in `docs/formats/log-segment.md`.
final class SegmentWriter {

  static final byte[] MAGIC = {'G', 'O', 'R', 'I', 'L', 'O', 'G', '1'};
  static final int FOOTER = 8 + 8 + 4 + 4; // magic, offset of the index, its length, its checksum
  private static final long CHUNK_WEIGHT = 64 << 10;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 20);
  private final ByteArrayOutputStream index = new ByteArrayOutputStream(1 << 12);
  private final ZstdJavaCompressor compressor = new ZstdJavaCompressor();

  private record Chunk(
      long offset, int length, int rawLength, int count, long min, long max, int checksum) {}

  static byte[] bytes(List<Head.Slice> streams) {
    var writer = new SegmentWriter();
    writer.out.writeBytes(MAGIC);
    Encoding.uvarint(writer.index, streams.size());
    streams.forEach(writer::stream);
    return writer.finish();
  }

  private void stream(Head.Slice stream) {
    var chunks = new ArrayList<Chunk>();
    var pending = new ArrayList<LogEntry>();
    long weight = 0;
    for (var entry : stream.entries()) {
      pending.add(entry);
      weight += entry.weight();
      if (weight >= CHUNK_WEIGHT) {
        chunks.add(chunk(pending));
        pending.clear();
        weight = 0;
      }
    }
    if (!pending.isEmpty()) {
      chunks.add(chunk(pending));
    }
    Encoding.labels(index, stream.stream());
    Encoding.uvarint(index, chunks.size());
    chunks.forEach(this::indexed);
  }

  private Chunk chunk(List<LogEntry> entries) {
    var raw = new ByteArrayOutputStream();
    Encoding.entries(raw, entries);
    var bytes = raw.toByteArray();
    var packed = new byte[compressor.maxCompressedLength(bytes.length)];
    int length = compressor.compress(bytes, 0, bytes.length, packed, 0, packed.length);
    int offset = out.size();
    out.write(packed, 0, length);
    return new Chunk(
        offset,
        length,
        bytes.length,
        entries.size(),
        entries.getFirst().nanos(),
        entries.getLast().nanos(),
        Encoding.checksum(packed, 0, length));
  }

  private void indexed(Chunk chunk) {
    Encoding.uvarint(index, chunk.offset());
    Encoding.uvarint(index, chunk.length());
    Encoding.uvarint(index, chunk.rawLength());
    Encoding.uvarint(index, chunk.count());
    Encoding.varint(index, chunk.min());
    Encoding.uvarint(index, chunk.max() - chunk.min());
    Encoding.uvarint(index, Integer.toUnsignedLong(chunk.checksum()));
  }

  private byte[] finish() {
    int offset = out.size();
    var bytes = index.toByteArray();
    out.writeBytes(bytes);
    var footer = ByteBuffer.allocate(FOOTER).order(ByteOrder.LITTLE_ENDIAN);
    footer
        .putLong(offset)
        .putInt(bytes.length)
        .putInt(Encoding.checksum(bytes, 0, bytes.length))
        .put(MAGIC);
    out.writeBytes(footer.array());
    return out.toByteArray();
  }
}

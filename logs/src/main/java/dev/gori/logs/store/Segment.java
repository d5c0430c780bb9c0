package dev.gori.logs.store;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An immutable file of compressed chunks, with its index in memory.
final class Segment implements AutoCloseable {

  private static final int LONGEST_CHUNK = 64 << 20;

  /// The position of a chunk and its time range, both ends included.
  record Chunk(
      long offset, int length, int rawLength, int count, long min, long max, int checksum) {}

  record StreamChunks(Labels stream, List<Chunk> chunks) {}

  private final Path file;
  private final long number;
  private final Disk.ReadFile content;
  private final List<StreamChunks> streams;
  private final long max;

  private Segment(Path file, long number, Disk.ReadFile content, List<StreamChunks> streams) {
    this.file = file;
    this.number = number;
    this.content = content;
    this.streams = streams;
    this.max =
        streams.stream()
            .flatMap(s -> s.chunks().stream())
            .mapToLong(Chunk::max)
            .max()
            .orElse(Long.MIN_VALUE);
  }

  /// @throws Encoding.Damaged when the file is not a complete segment
  static Segment open(Disk disk, Path file, long number) throws IOException {
    var content = disk.open(file);
    try {
      return new Segment(file, number, content, index(content));
    } catch (EOFException | BufferUnderflowException e) {
      content.close();
      throw (Encoding.DamagedException)
          new Encoding.DamagedException(file + ": the index is truncated").initCause(e);
    } catch (IOException e) {
      content.close();
      throw e;
    }
  }

  private static List<StreamChunks> index(Disk.ReadFile content) throws IOException {
    if (content.size() < SegmentWriter.FOOTER) {
      throw new Encoding.DamagedException(
          "%d bytes (expected: at least the footer of %d)"
              .formatted(content.size(), SegmentWriter.FOOTER));
    }
    var footer =
        content
            .read(content.size() - SegmentWriter.FOOTER, SegmentWriter.FOOTER)
            .order(ByteOrder.LITTLE_ENDIAN);
    long offset = footer.getLong();
    int length = footer.getInt();
    int checksum = footer.getInt();
    var magic = new byte[SegmentWriter.MAGIC.length];
    footer.get(magic);
    if (!Arrays.equals(magic, SegmentWriter.MAGIC)) {
      throw new Encoding.DamagedException(
          "no magic number at the end (expected: a complete segment)");
    }
    if (offset < 0 || length < 0 || offset + length + SegmentWriter.FOOTER != content.size()) {
      throw new Encoding.DamagedException(
          "index of %d bytes at %d does not fit a file of %d"
              .formatted(length, offset, content.size()));
    }
    var index = content.read(offset, length);
    if (Encoding.checksum(index.array(), index.arrayOffset(), length) != checksum) {
      throw new Encoding.DamagedException("the checksum of the index does not match");
    }
    return streams(index);
  }

  private static List<StreamChunks> streams(ByteBuffer index) {
    int count = (int) Encoding.uvarint(index);
    var streams = new ArrayList<StreamChunks>();
    for (int i = 0; i < count; i++) {
      var labels = Encoding.labels(index);
      int chunkCount = (int) Encoding.uvarint(index);
      var chunks = new ArrayList<Chunk>();
      for (int c = 0; c < chunkCount; c++) {
        chunks.add(chunk(index));
      }
      streams.add(new StreamChunks(labels, List.copyOf(chunks)));
    }
    return List.copyOf(streams);
  }

  private static Chunk chunk(ByteBuffer index) {
    long offset = Encoding.uvarint(index);
    int length = (int) Encoding.uvarint(index);
    int raw = (int) Encoding.uvarint(index);
    int count = (int) Encoding.uvarint(index);
    long min = Encoding.varint(index);
    long max = min + Encoding.uvarint(index);
    return new Chunk(offset, length, raw, count, min, max, (int) Encoding.uvarint(index));
  }

  Path file() {
    return file;
  }

  long number() {
    return number;
  }

  /// The greatest timestamp of any entry.
  long max() {
    return max;
  }

  /// Returns the chunks that may have entries for the selector.
  List<StreamChunks> find(LogSelector selector) {
    var found = new ArrayList<StreamChunks>();
    for (var stream : streams) {
      if (selector.matches(stream.stream())) {
        var chunks =
            stream.chunks().stream()
                .filter(
                    chunk ->
                        chunk.max() >= selector.fromNanos() && chunk.min() < selector.toNanos())
                .toList();
        if (!chunks.isEmpty()) {
          found.add(new StreamChunks(stream.stream(), chunks));
        }
      }
    }
    return found;
  }

  /// @throws Encoding.Damaged when the checksum of the chunk does not match
  List<LogEntry> read(Chunk chunk) throws IOException {
    try {
      var packed = content.read(chunk.offset(), chunk.length());
      int start = packed.arrayOffset();
      if (Encoding.checksum(packed.array(), start, chunk.length()) != chunk.checksum()
          || chunk.rawLength() > LONGEST_CHUNK) {
        throw new Encoding.DamagedException(
            "%s: the checksum of the chunk of %d bytes at %d does not match"
                .formatted(file, chunk.length(), chunk.offset()));
      }
      var raw = new byte[chunk.rawLength()];
      new ZstdJavaDecompressor()
          .decompress(packed.array(), start, chunk.length(), raw, 0, raw.length);
      return Encoding.entries(ByteBuffer.wrap(raw));
    } catch (EOFException | MalformedInputException | BufferUnderflowException e) {
      throw (Encoding.DamagedException)
          new Encoding.DamagedException(
                  "%s: the chunk at %d cannot be decompressed".formatted(file, chunk.offset()))
              .initCause(e);
    }
  }

  @Override
  public void close() throws IOException {
    content.close();
  }
}

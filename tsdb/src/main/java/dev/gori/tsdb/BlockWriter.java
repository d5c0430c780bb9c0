package dev.gori.tsdb;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.roaringbitmap.RoaringBitmap;

/// Writes one block file, which becomes visible with {@link #finish}. The caller adds series sorted
/// by labels.
final class BlockWriter implements AutoCloseable {

  private final Disk disk;
  private final Path file;
  private final Path temporary;
  private final Disk.AppendFile out;
  private final Map<String, Integer> symbols = new HashMap<>();
  private final ByteWriter symbolTable = new ByteWriter();
  private final ByteWriter seriesSection = new ByteWriter();
  private final ByteWriter seriesOffsets = new ByteWriter();
  private final TreeMap<String, TreeMap<String, RoaringBitmap>> postings = new TreeMap<>();
  private final ByteWriter buffer = new ByteWriter();
  private long written;
  private int series;
  private long chunks;
  private long samples;
  private boolean finished;

  BlockWriter(Disk disk, Path file) throws IOException {
    this.disk = disk;
    this.file = file;
    this.temporary = file.resolveSibling(file.getFileName() + ".tmp");
    disk.delete(temporary);
    this.out = disk.append(temporary);
  }

  void add(Labels labels, List<Chunk> parts) throws IOException {
    seriesOffsets.u32(seriesSection.size());
    seriesSection.number(labels.size());
    labels.forEach(
        (name, value) -> {
          seriesSection.number(symbol(name)).number(symbol(value));
          postings
              .computeIfAbsent(name, _ -> new TreeMap<>())
              .computeIfAbsent(value, _ -> new RoaringBitmap())
              .add(series);
        });
    seriesSection.number(parts.size());
    long time = 0;
    for (var chunk : parts) {
      var content = chunk.content();
      seriesSection
          .u8(chunk.code())
          .signed(chunk.minTime() - time)
          .number(chunk.maxTime() - chunk.minTime());
      seriesSection.number(chunk.count()).number(written + buffer.size()).number(content.length);
      time = chunk.maxTime();
      buffer.raw(content).u32(ByteWriter.checksum(content));
      chunks++;
      samples += chunk.count();
    }
    series++;
    if (buffer.size() > 1 << 20) {
      flush();
    }
  }

  private int symbol(String text) {
    return symbols.computeIfAbsent(
        text,
        added -> {
          symbolTable.text(added);
          return symbols.size();
        });
  }

  private void flush() throws IOException {
    out.write(buffer.buffer());
    written += buffer.size();
    buffer.clear();
  }

  int series() {
    return series;
  }

  /// Syncs the file and renames it to its final name.
  BlockMeta finish(long number, long minTime, long maxTime, List<Long> parents) throws IOException {
    flush();
    var meta = new BlockMeta(number, minTime, maxTime, series, chunks, samples, parents);
    var metaSection = new ByteWriter();
    meta.write(metaSection);
    section(metaSection, symbolTable.buffer());
    section(metaSection, seriesOffsets.buffer());
    section(metaSection, seriesSection.buffer());
    postings(metaSection);
    long metaOffset = written;
    out.write(metaSection.buffer());
    var trailer =
        new ByteWriter()
            .u64(metaOffset)
            .u32(metaSection.size())
            .u32(ByteWriter.checksum(metaSection.toBytes()));
    out.write(trailer.raw(BlockMeta.MAGIC.getBytes(StandardCharsets.US_ASCII)).buffer());
    out.sync();
    out.close();
    disk.rename(temporary, file);
    disk.syncDirectory(directory());
    finished = true;
    return meta;
  }

  private Path directory() {
    var folder = file.getParent();
    return folder == null ? Path.of(".") : folder;
  }

  /// Writes the label names with the offsets of their values, then the values with their series.
  private void postings(ByteWriter metaSection) throws IOException {
    var body = new ByteWriter();
    var starts = new ArrayList<Integer>();
    for (var values : postings.values()) {
      starts.add(body.size());
      body.number(values.size());
      values.forEach(
          (value, bitmap) -> {
            bitmap.runOptimize();
            var bytes = ByteBuffer.allocate(bitmap.serializedSizeInBytes());
            bitmap.serialize(bytes);
            body.number(symbol(value)).number(bytes.capacity()).raw(bytes.array());
          });
    }
    starts.add(body.size());
    section(metaSection, body.buffer());
    metaSection.number(postings.size());
    int at = 0;
    for (var name : postings.keySet()) {
      metaSection
          .number(symbol(name))
          .number(starts.get(at))
          .number(starts.get(at + 1) - starts.get(at));
      at++;
    }
  }

  private void section(ByteWriter metaSection, ByteBuffer bytes) throws IOException {
    var crc = new CRC32C();
    crc.update(bytes.duplicate());
    metaSection.number(written).number(bytes.remaining()).u32((int) crc.getValue());
    written += bytes.remaining();
    out.write(bytes);
  }

  @Override
  public void close() throws IOException {
    if (!finished) {
      out.close();
      disk.delete(temporary);
    }
  }
}

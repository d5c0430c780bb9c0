package dev.gori.tsdb;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// An immutable block on disk. Memory holds its symbols and the offsets of its label values;
/// everything else is read on demand.
final class Block implements Postings, AutoCloseable {

  private record Section(long offset, int length, int checksum) {}

  /// The values of one label in the postings section, sorted.
  ///
  /// @param offset of this label, from the start of the section
  /// @param sampledOffsets offsets of every 32nd value from `offset`, and the end of the last value
  private record LabelValues(int offset, int[] sampledOffsets) {}

  private static final int SAMPLE_EVERY = 32;
  private static final int SAMPLES_PER_READ = 64; // per read when all values are wanted

  /// One series of the block.
  record SeriesEntry(Labels labels, List<ChunkSource> chunks) {}

  private final Path file;
  private final Disk.ReadFile in;
  private final BlockMeta meta;
  private final long bytes;
  private final String[] symbols;
  private final Section seriesOffsets;
  private final Section seriesSection;
  private final Section postings;
  private final Map<String, LabelValues> labels = new HashMap<>();
  private volatile Tombstones tombstones = Tombstones.NONE;

  private Block(Path file, Disk.ReadFile in) throws IOException {
    this.file = file;
    this.in = in;
    this.bytes = in.size();
    var metaReader = readMeta();
    this.meta = BlockMeta.read(metaReader);
    var symbolTable = section(metaReader);
    this.seriesOffsets = section(metaReader);
    this.seriesSection = section(metaReader);
    this.postings = section(metaReader);
    for (var section : List.of(symbolTable, seriesOffsets, seriesSection, postings)) {
      verify(section);
    }
    this.symbols = symbols(symbolTable);
    for (int left = metaReader.count(); left > 0; left--) {
      labels.put(
          symbol(metaReader.count()), readLabelValues(metaReader.count(), metaReader.count()));
    }
  }

  /// @throws CorruptionException if the file is not a complete block. This checks the whole index;
  ///   chunks are checked when they are read
  static Block open(Disk disk, Path file) throws IOException {
    var in = disk.open(file);
    try {
      return new Block(file, in);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private ByteReader readMeta() throws IOException {
    if (bytes < BlockMeta.TRAILER) {
      throw new CorruptionException(
          "%s: %d bytes (expected: a block, at least %d)"
              .formatted(file, bytes, BlockMeta.TRAILER));
    }
    var trailer = new ByteReader(in.read(bytes - BlockMeta.TRAILER, BlockMeta.TRAILER));
    long metaOffset = trailer.u64();
    int length = trailer.u32();
    int checksum = trailer.u32();
    var magic = new String(trailer.raw(8), StandardCharsets.US_ASCII);
    if (!magic.equals(BlockMeta.MAGIC)
        || metaOffset < 0
        || length < 0
        || metaOffset + length + BlockMeta.TRAILER != bytes) {
      throw new CorruptionException(
          "%s: no block trailer (expected: '%s' and the offset of the meta section)"
              .formatted(file, BlockMeta.MAGIC));
    }
    var metaReader = in.read(metaOffset, length);
    verifyChecksum("meta section", checksum, metaReader);
    return new ByteReader(metaReader);
  }

  private void verifyChecksum(String what, int expected, ByteBuffer content) {
    var crc = new CRC32C();
    crc.update(content.duplicate());
    if ((int) crc.getValue() != expected) {
      throw new CorruptionException(
          "%s: checksum of the %s is %08x (expected: %08x)"
              .formatted(file, what, (int) crc.getValue(), expected));
    }
  }

  private Section section(ByteReader metaReader) {
    return new Section(metaReader.number(), metaReader.count(), metaReader.u32());
  }

  private void verify(Section section) throws IOException {
    var crc = new CRC32C();
    for (int at = 0; at < section.length(); at += 1 << 20) {
      crc.update(bytes(section.offset() + at, Math.min(1 << 20, section.length() - at)));
    }
    if ((int) crc.getValue() != section.checksum()) {
      throw new CorruptionException(
          "%s: checksum of the index at %d is %08x (expected: %08x)"
              .formatted(file, section.offset(), (int) crc.getValue(), section.checksum()));
    }
  }

  private ByteBuffer bytes(long at, int length) {
    try {
      if (at < 0 || length < 0 || at + length > bytes) {
        throw new CorruptionException(
            "%s: %d bytes at %d of %d".formatted(file, length, at, bytes));
      }
      return in.read(at, length);
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read".formatted(file), e);
    }
  }

  private String[] symbols(Section table) {
    var reader = new ByteReader(bytes(table.offset(), table.length()));
    var texts = new ArrayList<String>();
    while (reader.hasMore()) {
      texts.add(reader.text());
    }
    return texts.toArray(String[]::new);
  }

  private String symbol(int number) {
    if (number >= symbols.length) {
      throw new CorruptionException("%s: symbol %d of %d".formatted(file, number, symbols.length));
    }
    return symbols[number];
  }

  BlockMeta meta() {
    return meta;
  }

  /// Reads every chunk.
  ///
  /// @throws CorruptionException if a chunk is damaged
  void verifyChunks() {
    for (var entry : select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
      entry.chunks().forEach(chunk -> chunk.toChunks(false));
    }
  }

  long bytes() {
    return bytes;
  }

  Path file() {
    return file;
  }

  boolean overlaps(long from, long to) {
    return meta.minTime() <= to && meta.maxTime() > from;
  }

  /// The path of the tombstones file, which may not exist.
  Path tombstonesFile() {
    return file.resolveSibling(file.getFileName() + ".tombstones");
  }

  Tombstones tombstones() {
    return tombstones;
  }

  /// Hides these samples from readers from now on.
  void setTombstones(Tombstones now) {
    tombstones = now;
  }

  Set<String> labels() {
    return labels.keySet();
  }

  @Override
  public RoaringBitmap all() {
    return RoaringBitmap.bitmapOfRange(0, meta.series());
  }

  @Override
  public RoaringBitmap of(String name, String value) {
    var part = labels.get(name);
    var found = new RoaringBitmap[] {new RoaringBitmap()};
    if (part != null) {
      int mark = sampleBefore(part, value);
      scan(
          name,
          part,
          mark,
          mark + 1,
          (one, series) -> {
            if (one.equals(value)) {
              found[0] = series;
            }
          });
    }
    return found[0];
  }

  @Override
  public void values(String name, BiConsumer<String, RoaringBitmap> each) {
    var part = labels.get(name);
    if (part != null) {
      int last = part.sampledOffsets().length - 1;
      for (int mark = 0; mark < last; mark += SAMPLES_PER_READ) {
        scan(name, part, mark, Math.min(last, mark + SAMPLES_PER_READ), each);
      }
    }
  }

  private LabelValues readLabelValues(int at, int length) {
    var reader = new ByteReader(bytes(postings.offset() + at, length));
    int values = reader.count();
    var marks = new int[values / SAMPLE_EVERY + (values % SAMPLE_EVERY == 0 ? 1 : 2)];
    for (int i = 0; i < values; i++) {
      if (i % SAMPLE_EVERY == 0) {
        marks[i / SAMPLE_EVERY] = reader.position();
      }
      reader.count();
      reader.slice(reader.count());
    }
    marks[marks.length - 1] = length;
    return new LabelValues(at, marks);
  }

  /// The last sampled offset whose value is not after the wanted one, or the first.
  private int sampleBefore(LabelValues part, String wanted) {
    int low = 0;
    int high = part.sampledOffsets().length - 2;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      long at = postings.offset() + part.offset() + part.sampledOffsets()[middle];
      var first = new ByteReader(bytes(at, (int) Math.min(5, bytes - at)));
      if (symbol(first.count()).compareTo(wanted) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private void scan(
      String name, LabelValues part, int from, int to, BiConsumer<String, RoaringBitmap> each) {
    int begin = part.sampledOffsets()[from];
    var reader =
        new ByteReader(
            bytes(postings.offset() + part.offset() + begin, part.sampledOffsets()[to] - begin));
    while (reader.hasMore()) {
      var value = symbol(reader.count());
      var bitmap = reader.slice(reader.count());
      var series = new RoaringBitmap();
      try {
        series.deserialize(bitmap);
      } catch (IOException | RuntimeException e) {
        throw new CorruptionException("%s: series of %s=%s".formatted(file, name, value), e);
      }
      each.accept(value, series);
    }
  }

  /// The matching series, sorted by labels, each with the chunks that overlap the time range.
  List<SeriesEntry> select(List<Matcher> matchers, long from, long to) {
    var found = new ArrayList<SeriesEntry>();
    var series = matching(matchers);
    if (series.isEmpty()) {
      return found;
    }
    int first = series.first();
    int last = series.last();
    var starts = new ByteReader(bytes(seriesOffsets.offset() + 4L * first, 4 * (last - first + 1)));
    int begin = starts.u32();
    starts.position(4 * (last - first));
    int end =
        last + 1 < meta.series()
            ? new ByteReader(bytes(seriesOffsets.offset() + 4L * (last + 1), 4)).u32()
            : seriesSection.length();
    var reader = new ByteReader(bytes(seriesSection.offset() + begin, end - begin));
    var gone = tombstones;
    series.forEach(
        (int one) -> {
          starts.position(4 * (one - first));
          reader.position(starts.u32() - begin);
          var entry = entry(reader, from, to, gone.of(one));
          if (!entry.chunks().isEmpty()) {
            found.add(entry);
          }
        });
    return found;
  }

  private SeriesEntry entry(ByteReader reader, long from, long to, long @Nullable [] deleted) {
    var pairs = new String[reader.count() * 2];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = symbol(reader.count());
    }
    var chunks = new ArrayList<ChunkSource>();
    long time = 0;
    for (int left = reader.count(); left > 0; left--) {
      int code = reader.u8();
      long minTime = time + reader.signed();
      long maxTime = minTime + reader.number();
      time = maxTime;
      var chunk =
          new BlockChunk(code, minTime, maxTime, reader.count(), reader.number(), reader.count());
      if (chunk.overlaps(from, to)) {
        if (deleted == null) {
          chunks.add(chunk);
        } else if (!isCovered(chunk, deleted)) {
          chunks.add(new TombstonedChunk(chunk, deleted));
        }
      }
    }
    return new SeriesEntry(Labels.of(pairs), chunks);
  }

  private static boolean isCovered(ChunkSource chunk, long[] deleted) {
    for (int i = 0; i < deleted.length; i += 2) {
      if (deleted[i] <= chunk.minTime() && deleted[i + 1] >= chunk.maxTime()) {
        return true;
      }
    }
    return false;
  }

  private final class BlockChunk implements ChunkSource {
    private final int encoding;
    private final long minTime;
    private final long maxTime;
    private final int count;
    private final long offset;
    private final int length;

    BlockChunk(int code, long minTime, long maxTime, int count, long at, int length) {
      this.encoding = code;
      this.minTime = minTime;
      this.maxTime = maxTime;
      this.count = count;
      this.offset = at;
      this.length = length;
    }

    @Override
    public long minTime() {
      return minTime;
    }

    @Override
    public long maxTime() {
      return maxTime;
    }

    @Override
    public void read(long from, long to, boolean afterGap, SampleSink sink) {
      load().read(from, to, afterGap, sink);
    }

    @Override
    public List<Chunk> toChunks(boolean afterGap) {
      return load().toChunks(afterGap);
    }

    private Chunk load() {
      var reader = new ByteReader(bytes(offset, length + 4));
      var content = reader.raw(length);
      int expected = reader.u32();
      if (ByteWriter.checksum(content) != expected) {
        throw new CorruptionException(
            "%s: checksum of the chunk at %d is %08x (expected: %08x)"
                .formatted(file, offset, ByteWriter.checksum(content), expected));
      }
      return Chunk.stored(encoding, minTime, maxTime, count, content);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

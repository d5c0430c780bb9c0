package dev.gori.tsdb;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// The series that are over the limit during replay. They are written to a file of their own, in
/// the format of a journal segment.
final class SpilledSeries {

  private final Disk disk;
  private final Path folder;
  private final RoaringBitmap refs = new RoaringBitmap();
  private final CardinalityReport cardinality = new CardinalityReport();
  private final JournalRecords.Writer records = new JournalRecords.Writer();
  private @Nullable Path file;
  private Disk.@Nullable AppendFile out;
  private long samples;

  SpilledSeries(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  void series(int number, Labels labels) {
    if (!refs.contains(number)) {
      cardinality.add(labels);
      refs.add(number);
    }
    records.series(number, labels);
    flush(records.full());
  }

  boolean has(int number) {
    return refs.contains(number);
  }

  /// The reference belongs to another series from now on.
  void forget(int number) {
    refs.remove(number);
  }

  void sample(
      int number,
      long millis,
      double value,
      @Nullable FloatHistogram histogram,
      long start,
      boolean late) {
    if (histogram == null) {
      records.sample(number, millis, value, start, late);
    } else {
      records.sample(number, millis, histogram, start, late);
    }
    samples++;
    flush(records.full());
  }

  void chunk(int number, Chunk chunk, boolean late) {
    records.chunk(number, chunk, late);
    samples += chunk.count();
    flush(records.full());
  }

  private void flush(Iterable<ByteBuffer> full) {
    try {
      for (var record : full) {
        if (out == null) {
          file = unusedFile();
          disk.delete(temporary(file));
          out = disk.append(temporary(file));
        }
        var bytes = new byte[record.remaining()];
        record.get(bytes);
        var framed = ByteBuffer.allocate(8 + bytes.length).order(ByteOrder.LITTLE_ENDIAN);
        out.write(framed.putInt(bytes.length).putInt(ByteWriter.checksum(bytes)).put(bytes).flip());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the series over the limit cannot be written to " + folder, e);
    }
  }

  private Path unusedFile() {
    for (int i = 1; ; i++) {
      var name = folder.resolve(String.format(Locale.ROOT, "left-out-%08d.records", i));
      if (!disk.exists(name)) {
        return name;
      }
    }
  }

  private static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + ".tmp");
  }

  /// Syncs the file.
  ///
  /// @return the message to log, or null if no series was over the limit
  @Nullable String finish(int limit) throws IOException {
    flush(records.records());
    if (out == null || file == null) {
      return null;
    }
    out.sync();
    out.close();
    disk.rename(temporary(file), file);
    disk.syncDirectory(folder);
    return ("the journal holds %d series over the limit of %d; they are not loaded, their %d samples are set aside in %s. "
            + "The metric with most of them is %s, the label with most values is %s: drop it with metric_relabel_configs, or raise max_series or the heap")
        .formatted(
            cardinality.series(),
            limit,
            samples,
            file.getFileName(),
            cardinality.metric(),
            cardinality.label());
  }
}

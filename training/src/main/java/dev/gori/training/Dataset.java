package dev.gori.training;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A table of finite numbers with a 0/1 label, held in memory as flat arrays: rows × (columns + 3)
/// × 4 bytes.
public final class Dataset {

  /// The columns of a CSV that are the features, the label and the split key.
  ///
  /// @param key the column whose equal values keep rows on one side of the split; if absent, the
  ///   row number is the key
  public record Columns(List<String> features, String label, Optional<String> key) {
    public Columns {
      features = List.copyOf(features);
      if (features.isEmpty()
          || Set.copyOf(features).size() != features.size()
          || features.contains(label)) {
        throw new FaultException(
            Fault.UNPROCESSABLE,
            "feature columns %s with label '%s' (expected: at least one, each once, the label not among them)"
                .formatted(features, label));
      }
    }
  }

  private final List<String> columns;
  private float[] values;
  private byte[] labels;
  private long[] keys;
  private int rows;

  private Dataset(List<String> columns) {
    this.columns = List.copyOf(columns);
    this.values = new float[256 * columns.size()];
    this.labels = new byte[256];
    this.keys = new long[256];
  }

  /// Collects all rows of a source.
  ///
  /// @throws FaultException UNPROCESSABLE for an invalid row (the message names row and column);
  ///   TOO_LARGE for more than `maxRows` rows
  public static Dataset collect(List<String> columns, Iterator<Row> source, int maxRows) {
    var dataset = new Dataset(columns);
    while (source.hasNext()) {
      dataset.add(source.next(), maxRows);
    }
    return dataset;
  }

  /// Reads a CSV with a header (RFC 4180, UTF-8) as a stream and keeps only the given columns. Does
  /// not close the stream.
  ///
  /// @throws FaultException as {@link #collect}; UNPROCESSABLE also for an empty file or a missing
  ///   column
  public static Dataset csv(InputStream csv, Columns columns, int maxRows) throws IOException {
    return collect(columns.features(), FeatureCsv.rows(csv, columns), maxRows);
  }

  public List<String> columns() {
    return columns;
  }

  public int rows() {
    return rows;
  }

  int width() {
    return columns.size();
  }

  int label(int row) {
    return labels[row];
  }

  long key(int row) {
    return keys[row];
  }

  float value(int row, int column) {
    return values[row * columns.size() + column];
  }

  /// The features of the chosen rows, row by row.
  float[] features(int[] chosen) {
    int width = width();
    var flat = new float[Math.multiplyExact(chosen.length, width)];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(values, chosen[i] * width, flat, i * width, width);
    }
    return flat;
  }

  private void add(Row row, int maxRows) {
    if (rows == maxRows) {
      throw new FaultException(
          Fault.TOO_LARGE,
          "the data set has more than %d rows; train on fewer days, or raise max_rows"
              .formatted(maxRows));
    }
    check(row);
    if (rows == labels.length) {
      int room = (int) Math.min(maxRows, rows * 2L);
      values = Arrays.copyOf(values, Math.multiplyExact(room, width()));
      labels = Arrays.copyOf(labels, room);
      keys = Arrays.copyOf(keys, room);
    }
    System.arraycopy(row.features(), 0, values, rows * width(), width());
    labels[rows] = (byte) row.label();
    keys[rows] = Split.hash(row.key());
    rows++;
  }

  private void check(Row row) {
    int number = rows + 1;
    if (row.features().length != width()) {
      throw unfit(
          "row %d: %d values (expected: %d, one for each of %s)"
              .formatted(number, row.features().length, width(), columns));
    }
    for (int column = 0; column < width(); column++) {
      if (!Float.isFinite(row.features()[column])) {
        throw unfit(
            "row %d, column '%s': %s (expected: a finite number)"
                .formatted(number, columns.get(column), row.features()[column]));
      }
    }
    if (row.label() != 0 && row.label() != 1) {
      throw unfit("row %d: label %d (expected: 0 or 1)".formatted(number, row.label()));
    }
  }

  private static FaultException unfit(String message) {
    return new FaultException(Fault.UNPROCESSABLE, message);
  }
}

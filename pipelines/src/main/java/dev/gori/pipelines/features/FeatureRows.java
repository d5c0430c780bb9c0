package dev.gori.pipelines.features;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/// An iterator over the rows of a `feature.csv`.
public final class FeatureRows implements Iterator<double[]>, AutoCloseable {

  private final CsvReader<CsvRecord> csv;
  private final Iterator<CsvRecord> records;
  private final List<String> columns;

  private FeatureRows(CsvReader<CsvRecord> csv) {
    this.csv = csv;
    this.records = csv.iterator();
    if (!records.hasNext()) {
      throw FaultException.badRequest("feature.csv: empty (expected: a header)");
    }
    this.columns = List.copyOf(records.next().getFields());
  }

  static FeatureRows open(InputStream in) {
    return new FeatureRows(
        CsvReader.builder().skipEmptyLines(true).ofCsvRecord(in, StandardCharsets.UTF_8));
  }

  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean hasNext() {
    try {
      return records.hasNext();
    } catch (CsvParseException e) {
      throw FaultException.badRequest("feature.csv: " + e.getMessage());
    }
  }

  /// The next row's values, in the order of the columns.
  @Override
  public double[] next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    var row = records.next();
    if (row.getFieldCount() != columns.size()) {
      throw FaultException.badRequest(
          "feature.csv line %d: %d fields (expected: %d)"
              .formatted(row.getStartingLineNumber(), row.getFieldCount(), columns.size()));
    }
    var values = new double[columns.size()];
    for (int i = 0; i < values.length; i++) {
      try {
        values[i] = Double.parseDouble(row.getField(i));
      } catch (NumberFormatException _) {
        throw FaultException.badRequest(
            "feature.csv line %d column '%s': '%s' (expected: a number)"
                .formatted(row.getStartingLineNumber(), columns.get(i), row.getField(i)));
      }
    }
    return values;
  }

  /// A uniform reservoir sample of the remaining rows; the same file and seed give the same sample.
  public double[][] sample(int size, long seed) {
    var random = new SplittableRandom(seed);
    var reservoir = new double[size][];
    long seen = 0;
    while (hasNext()) {
      var row = next();
      if (seen < size) {
        reservoir[(int) seen] = row;
      } else {
        long place = random.nextLong(seen + 1);
        if (place < size) {
          reservoir[(int) place] = row;
        }
      }
      seen++;
    }
    return seen < size ? Arrays.copyOf(reservoir, (int) seen) : reservoir;
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}

package dev.gori.pipelines.features;

import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Counts the rows and empty cells of a raw file and decides whether it is valid.
final class RawValidation implements RawReader.Rows {

  private static final int BAD_ROWS_NAMED = 10;

  private final RawExpectation expectation;
  private final long[] nulls;
  private final List<String> firstBad = new ArrayList<>();
  private long good;
  private long bad;

  private RawValidation(RawExpectation expectation) {
    this.expectation = expectation;
    this.nulls = new long[expectation.header().size()];
  }

  static RawCheck check(InputStream in, RawExpectation expectation) throws IOException {
    var counting = new RawValidation(expectation);
    return counting.judge(RawReader.read(in, expectation.header(), counting));
  }

  @Override
  public void good(CsvRecord row) {
    good++;
    for (int i = 0; i < nulls.length; i++) {
      if (row.getField(i).isEmpty()) {
        nulls[i]++;
      }
    }
  }

  @Override
  public void bad(long line, int width) {
    bad++;
    if (firstBad.size() < BAD_ROWS_NAMED) {
      firstBad.add("line %d: %d fields (expected: %d)".formatted(line, width, nulls.length));
    }
  }

  /// The column with the most empty cells.
  private String most(Map<String, Long> nullsByColumn) {
    var worst = Collections.max(nullsByColumn.entrySet(), Map.Entry.comparingByValue());
    return "'%s': %d of %d rows".formatted(worst.getKey(), worst.getValue(), good);
  }

  private RawCheck judge(RawReader.End end) {
    long empty = 0;
    var nullsByColumn = new LinkedHashMap<String, Long>();
    for (int i = 0; i < nulls.length; i++) {
      empty += nulls[i];
      nullsByColumn.put(expectation.header().get(i), nulls[i]);
    }
    double nullRate = good == 0 ? 0 : (double) empty / (good * nulls.length);
    var reason =
        switch (end) {
          case RawReader.End.WrongHeader(var what) -> what;
          case RawReader.End.Broken(var what) -> what;
          case RawReader.End.Done() when good == 0 ->
              "no rows%s (expected: 1 or more)"
                  .formatted(bad == 0 ? "" : " of the right width among " + bad);
          case RawReader.End.Done() when nullRate > expectation.nullRateLimit() ->
              String.format(
                  Locale.ROOT,
                  "null rate %.4f (expected: at most %s); most in %s",
                  nullRate,
                  expectation.nullRateLimit(),
                  most(nullsByColumn));
          case RawReader.End.Done() -> "";
        };
    return new RawCheck(
        good + bad, bad, firstBad, nullsByColumn, nullRate, reason.isEmpty(), reason);
  }
}

package dev.gori.pipelines.features;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Reads a CSV row by row: RFC 4180, UTF-8, the first row is the header. Reports rows with the
/// wrong number of fields separately.
final class RawReader {

  private static final int LONGEST_ROW = 1 << 20;

  interface Rows {
    void good(CsvRecord row);

    void bad(long line, int width);
  }

  /// How reading ended.
  sealed interface End {
    record Done() implements End {}

    record WrongHeader(String what) implements End {}

    record Broken(String what) implements End {}
  }

  private RawReader() {}

  static End read(InputStream in, List<String> header, Rows rows) throws IOException {
    var builder =
        CsvReader.builder()
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .skipEmptyLines(true)
            .detectBomHeader(true)
            .maxBufferSize(LONGEST_ROW);
    try (var csv = builder.ofCsvRecord(in, StandardCharsets.UTF_8)) {
      var records = csv.iterator();
      if (!records.hasNext()) {
        return new End.WrongHeader(
            "the file is empty (expected: the header %s)".formatted(String.join(",", header)));
      }
      var first = records.next().getFields();
      if (!first.equals(header)) {
        return new End.WrongHeader(difference(first, header));
      }
      while (records.hasNext()) {
        var row = records.next();
        if (row.getFieldCount() == header.size()) {
          rows.good(row);
        } else {
          rows.bad(row.getStartingLineNumber(), row.getFieldCount());
        }
      }
      return new End.Done();
    } catch (CsvParseException e) {
      return new End.Broken("not CSV: " + e.getMessage());
    }
  }

  private static String difference(List<String> found, List<String> expected) {
    var missing = expected.stream().filter(column -> !found.contains(column)).toList();
    var extra = found.stream().filter(column -> !expected.contains(column)).toList();
    var detail =
        missing.isEmpty() && extra.isEmpty()
            ? "the order differs"
            : (missing.isEmpty() ? "" : "missing: " + String.join(", ", missing))
                + (missing.isEmpty() || extra.isEmpty() ? "" : "; ")
                + (extra.isEmpty() ? "" : "unknown: " + String.join(", ", extra));
    return "line 1: header '%s' (expected: '%s'; %s)"
        .formatted(String.join(",", found), String.join(",", expected), detail);
  }
}

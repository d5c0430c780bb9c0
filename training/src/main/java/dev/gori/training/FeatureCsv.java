package dev.gori.training;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// An iterator over the rows of a feature CSV: memory does not grow with the file.
final class FeatureCsv implements Iterator<Row> {
  private final BufferedReader reader;
  private final Dataset.Columns columns;
  private final int[] features;
  private final int label;
  private final int key;
  private int number;
  private @Nullable List<String> ahead;

  private FeatureCsv(BufferedReader reader, Dataset.Columns columns, List<String> header)
      throws IOException {
    this.reader = reader;
    this.columns = columns;
    this.features = columns.features().stream().mapToInt(name -> place(header, name)).toArray();
    this.label = place(header, columns.label());
    this.key = columns.key().map(name -> place(header, name)).orElse(-1);
    this.ahead = record();
  }

  static Iterator<Row> rows(InputStream csv, Dataset.Columns columns) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(csv, StandardCharsets.UTF_8), 1 << 16);
    var header = record(reader);
    if (header == null) {
      throw new FaultException(
          Fault.UNPROCESSABLE, "the feature table is empty (expected: a header and rows)");
    }
    return new FeatureCsv(reader, columns, header);
  }

  @Override
  public boolean hasNext() {
    return ahead != null;
  }

  @Override
  public Row next() {
    var fields = ahead;
    if (fields == null) {
      throw new NoSuchElementException();
    }
    number++;
    var values = new float[features.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(fields, features[i], columns.features().get(i));
    }
    float target = number(fields, label, columns.label());
    if (target != 0f && target != 1f) {
      throw unfit(columns.label(), field(fields, label, columns.label()), "0 or 1");
    }
    var group = key < 0 ? Integer.toString(number) : field(fields, key, columns.key().orElse(""));
    try {
      ahead = record();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Row(values, (int) target, group);
  }

  private float number(List<String> fields, int at, String column) {
    var text = field(fields, at, column);
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException _) {
      throw unfit(column, text, "a number");
    }
  }

  private String field(List<String> fields, int at, String column) {
    if (at >= fields.size()) {
      throw unfit(column, "", "a value; the row has only " + fields.size() + " fields");
    }
    return fields.get(at);
  }

  private FaultException unfit(String column, String was, String expected) {
    return new FaultException(
        Fault.UNPROCESSABLE,
        "row %d, column '%s': '%s' (expected: %s)".formatted(number, column, was, expected));
  }

  private static int place(List<String> header, String name) {
    int at = header.indexOf(name);
    if (at < 0) {
      throw new FaultException(
          Fault.UNPROCESSABLE,
          "the feature table has no column '%s' (its columns: %s)".formatted(name, header));
    }
    return at;
  }

  private @Nullable List<String> record() throws IOException {
    return record(reader);
  }

  /// The next record, without empty lines; a quoted field may hold commas, quotes and line breaks.
  private static @Nullable List<String> record(BufferedReader reader) throws IOException {
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      if (!line.isEmpty()) {
        return line.indexOf('"') < 0 ? plain(line) : quoted(line, reader);
      }
    }
    return null;
  }

  private static List<String> plain(String line) {
    var fields = new ArrayList<String>();
    int from = 0;
    for (int comma = line.indexOf(','); comma >= 0; comma = line.indexOf(',', from)) {
      fields.add(line.substring(from, comma));
      from = comma + 1;
    }
    fields.add(line.substring(from));
    return fields;
  }

  private static List<String> quoted(String first, BufferedReader reader) throws IOException {
    var fields = new ArrayList<String>();
    var field = new StringBuilder();
    boolean inside = false;
    var line = first;
    while (true) {
      for (int i = 0; i < line.length(); i++) {
        char c = line.charAt(i);
        if (c == '"' && inside && i + 1 < line.length() && line.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else if (c == '"') {
          inside = !inside;
        } else if (c == ',' && !inside) {
          fields.add(field.toString());
          field.setLength(0);
        } else {
          field.append(c);
        }
      }
      var next = inside ? reader.readLine() : null;
      if (next == null) {
        fields.add(field.toString());
        return fields;
      }
      field.append('\n');
      line = next;
    }
  }
}

package dev.gori.pipelines.features;

import de.siegmar.fastcsv.reader.CsvRecord;
import dev.gori.kernel.fault.FaultException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Computes feature rows from a stream of raw rows.
final class FeatureBuild implements RawReader.Rows {

  private final List<Feature> all;
  private final int[] columns;
  private final ColumnStatistics[] statistics;
  private final BufferedWriter out;
  private final Map<String, Long> unreadable = new LinkedHashMap<>();
  private long good;
  private long bad;

  private FeatureBuild(FeatureSpec spec, List<String> header, BufferedWriter out) {
    this.all = new ArrayList<>(spec.features());
    if (spec.label() != null) {
      all.add(spec.label());
    }
    this.columns = all.stream().mapToInt(feature -> place(feature, header)).toArray();
    this.statistics = new ColumnStatistics[all.size()];
    for (int i = 0; i < statistics.length; i++) {
      statistics[i] = new ColumnStatistics(i);
    }
    this.out = out;
  }

  static FeatureResult build(
      InputStream raw, RawExpectation expectation, FeatureSpec spec, OutputStream features)
      throws IOException {
    var digest = sha256();
    var counted = new CountingStream(new DigestOutputStream(features, digest));
    var out = new BufferedWriter(new OutputStreamWriter(counted, StandardCharsets.UTF_8), 1 << 16);
    var build = new FeatureBuild(spec, expectation.header(), out);
    out.write(String.join(",", spec.columns()));
    out.write('\n');
    switch (RawReader.read(raw, expectation.header(), build)) {
      case RawReader.End.Done() -> out.flush();
      case RawReader.End.WrongHeader(var what) ->
          throw FaultException.badRequest("raw data: " + what);
      case RawReader.End.Broken(var what) -> throw FaultException.badRequest("raw data: " + what);
    }
    return build.result(HexFormat.of().formatHex(digest.digest()), counted.count());
  }

  private FeatureResult result(String sha256, long bytes) {
    var summaries = new LinkedHashMap<String, ColumnSummary>();
    for (int i = 0; i < statistics.length; i++) {
      summaries.put(all.get(i).name(), statistics[i].summary());
    }
    return new FeatureResult(good + bad, good, bad, unreadable, summaries, sha256, bytes);
  }

  private static int place(Feature feature, List<String> header) {
    var column =
        switch (feature) {
          case Feature.Numeric numeric -> numeric.column();
          case Feature.Equals equals -> equals.column();
          case Feature.HourOf hour -> hour.column();
          case Feature.Log1p log -> log.column();
          case Feature.RowSum _ -> null;
        };
    if (column != null && !header.contains(column)) {
      throw FaultException.badRequest(
          "feature '%s': column '%s' (expected: one of %s)"
              .formatted(feature.name(), column, String.join(", ", header)));
    }
    return column == null ? -1 : header.indexOf(column);
  }

  @Override
  public void good(CsvRecord row) {
    good++;
    double sum = 0;
    for (int i = 0; i < columns.length; i++) {
      if (all.get(i) instanceof Feature.Numeric numeric) {
        sum += number(numeric.column(), row.getField(columns[i]), false);
      }
    }
    try {
      for (int i = 0; i < columns.length; i++) {
        double value = value(all.get(i), row, columns[i], sum);
        statistics[i].add(value);
        if (i > 0) {
          out.write(',');
        }
        out.write(Double.toString(value));
      }
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void bad(long line, int width) {
    bad++;
  }

  private double value(Feature feature, CsvRecord row, int column, double sum) {
    return switch (feature) {
      case Feature.Numeric numeric -> number(numeric.column(), row.getField(column), true);
      case Feature.RowSum _ -> sum;
      case Feature.Equals equals -> row.getField(column).equals(equals.value()) ? 1.0 : 0.0;
      case Feature.HourOf hour -> hour(hour.column(), row.getField(column));
      case Feature.Log1p log ->
          Math.log1p(Math.max(0, number(log.column(), row.getField(column), true)));
    };
  }

  private double number(String column, String text, boolean counted) {
    try {
      double number = Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException _) {
      // handled below, like a number that is not finite
    }
    if (counted) {
      unreadable.merge(column, 1L, Long::sum);
    }
    return 0.0;
  }

  private double hour(String column, String text) {
    try {
      boolean hasZone =
          text.endsWith("Z") || text.lastIndexOf('+') > 10 || text.lastIndexOf('-') > 10;
      return hasZone
          ? OffsetDateTime.parse(text).atZoneSameInstant(FeatureVersion.ZONE).getHour()
          : LocalDateTime.parse(text.replace(' ', 'T')).getHour();
    } catch (DateTimeException _) {
      unreadable.merge(column, 1L, Long::sum);
      return 0.0;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

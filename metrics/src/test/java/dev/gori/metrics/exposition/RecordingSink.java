package dev.gori.metrics.exposition;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Records everything that it receives, one line each.
final class RecordingSink implements MetricSink {

  private final List<String> lines = new ArrayList<>();

  List<String> lines() {
    return lines;
  }

  @Override
  public void sample(SeriesText series, double value, long millis) throws ExpositionException {
    lines.add(series.labels() + " " + value + time(millis));
  }

  @Override
  public void histogram(SeriesText series, FloatHistogram histogram, long millis)
      throws ExpositionException {
    lines.add(series.labels() + " " + histogram + time(millis));
  }

  private static String time(long millis) {
    return millis == NO_TIMESTAMP ? "" : " @" + millis;
  }

  @Override
  public void startedAt(long millis) {
    lines.add("  since " + millis);
  }

  @Override
  public void exemplar(Labels labels, double value, long millis) {
    lines.add("  exemplar " + labels + " " + value + time(millis));
  }

  @Override
  public void metadata(
      MetadataKind what, byte[] in, int nameFrom, int nameTo, int textFrom, int textTo) {
    lines.add(
        what.name().toLowerCase(Locale.ROOT)
            + " "
            + text(in, nameFrom, nameTo)
            + " "
            + text(in, textFrom, textTo));
  }

  private static String text(byte[] in, int from, int to) {
    return new String(in, from, to - from, StandardCharsets.UTF_8);
  }
}

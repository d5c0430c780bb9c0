package dev.gori.metrics.exposition;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Converts classic histograms to native histograms with custom buckets (NHCB). Inconsistent ones
/// are dropped.
final class NhcbConverter implements MetricSink {

  private record ClassicExemplar(Labels labels, double value, long millis) {}

  /// The samples of one classic histogram so far.
  private static final class ClassicHistogram {
    final Labels labels;
    final long millis;
    final TreeMap<Double, Double> cumulative = new TreeMap<>();
    final List<ClassicExemplar> exemplars = new ArrayList<>();
    double count = Double.NaN;
    double sum = Double.NaN;
    long start = NO_TIMESTAMP;

    ClassicHistogram(Labels labels, long millis) {
      this.labels = labels;
      this.millis = millis;
    }
  }

  private final MetricSink next;
  private final boolean keepClassic;
  private final SeriesText text = new SeriesText();
  private String family = "";
  private boolean histogram;
  private Labels alreadyNative = Labels.EMPTY;
  private @Nullable ClassicHistogram classic;
  private boolean lastIsPart;

  NhcbConverter(MetricSink next, boolean keepClassic) {
    this.next = next;
    this.keepClassic = keepClassic;
  }

  @Override
  public void sample(SeriesText series, double value, long millis) throws ExpositionException {
    lastIsPart = false;
    if (!histogram
        || !AsciiBytes.startsWith(
            family.getBytes(StandardCharsets.UTF_8),
            series.bytes(),
            nameFrom(series),
            series.to())) {
      flush();
      next.sample(series, value, millis);
      return;
    }
    var labels = series.labels();
    if (!labels.metric().startsWith(family)) { // the quoted name only ended like the family's
      flush();
      next.sample(series, value, millis);
      return;
    }
    var part = labels.metric().substring(family.length());
    var of = labels.without(List.of("le")).with(Labels.NAME, family);
    if (!List.of("_bucket", "_count", "_sum").contains(part) || of.equals(alreadyNative)) {
      next.sample(series, value, millis);
      return;
    }
    collect(of, part, labels.get("le"), value, millis);
    if (keepClassic) {
      next.sample(series, value, millis);
    }
  }

  private static int nameFrom(SeriesText series) {
    var in = series.bytes();
    int at = series.from();
    while (at < series.to() && (in[at] == '{' || in[at] == '"')) {
      at++;
    }
    return at;
  }

  private void collect(Labels of, String part, String bound, double value, long millis)
      throws ExpositionException {
    if (classic == null || !classic.labels.equals(of)) {
      flush();
      classic = new ClassicHistogram(of, millis);
    }
    lastIsPart = true;
    switch (part) {
      case "_count" -> classic.count = value;
      case "_sum" -> classic.sum = value;
      default -> {
        var bytes = bound.getBytes(StandardCharsets.UTF_8);
        try {
          classic.cumulative.put(FloatText.parse(bytes, 0, bytes.length), value);
        } catch (NumberFormatException _) {
          classic.cumulative.put(
              Double.NaN, value); // the bound is not a number: drop the histogram
        }
      }
    }
  }

  private void flush() throws ExpositionException {
    var done = classic;
    classic = null;
    if (done == null) {
      return;
    }
    var made = histogram(done);
    if (made == null) {
      return;
    }
    var bytes = SeriesText.textOf(done.labels);
    next.histogram(text.at(bytes, 0, bytes.length, MetricType.UNKNOWN), made, done.millis);
    if (done.start != NO_TIMESTAMP) {
      next.startedAt(done.start);
    }
    done.exemplars.forEach(one -> next.exemplar(one.labels, one.value, one.millis));
  }

  private static @Nullable FloatHistogram histogram(ClassicHistogram parts) {
    var all = parts.cumulative;
    if (all.keySet().stream().anyMatch(bound -> bound.isNaN())) {
      return null;
    }
    double total =
        !Double.isNaN(parts.count)
            ? parts.count
            : all.getOrDefault(Double.POSITIVE_INFINITY, Double.NaN);
    if (Double.isNaN(total)) {
      return null;
    }
    all.put(Double.POSITIVE_INFINITY, total);
    var bounds = new double[all.size() - 1];
    var counts = new double[all.size()];
    double before = 0;
    int n = 0;
    for (Map.Entry<Double, Double> bucket : all.entrySet()) {
      double count = bucket.getValue() - before;
      if (!(count >= 0)) {
        return null;
      }
      if (n < bounds.length) {
        bounds[n] = bucket.getKey();
      }
      counts[n++] = count;
      before = bucket.getValue();
    }
    return FloatHistogram.custom(
        total, Double.isNaN(parts.sum) ? 0 : parts.sum, Buckets.from(0, counts), bounds);
  }

  @Override
  public void histogram(SeriesText series, FloatHistogram value, long millis)
      throws ExpositionException {
    flush();
    alreadyNative = series.labels();
    lastIsPart = false;
    next.histogram(series, value, millis);
  }

  @Override
  public void startedAt(long millis) {
    if (lastIsPart && classic != null) {
      classic.start = millis;
    }
    if (!lastIsPart || keepClassic) {
      next.startedAt(millis);
    }
  }

  @Override
  public void exemplar(Labels labels, double value, long millis) {
    if (lastIsPart
        && classic != null
        && millis != NO_TIMESTAMP) { // exemplars of native histograms need a timestamp
      classic.exemplars.add(new ClassicExemplar(labels, value, millis));
    }
    if (!lastIsPart || keepClassic) {
      next.exemplar(labels, value, millis);
    }
  }

  @Override
  public void metadata(
      MetadataKind what, byte[] in, int nameFrom, int nameTo, int textFrom, int textTo)
      throws ExpositionException {
    if (what == MetadataKind.TYPE) {
      family = new String(in, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8);
      histogram =
          MetricType.of(in, textFrom, textTo, true)
              .filter(type -> type == MetricType.HISTOGRAM)
              .isPresent();
    }
    next.metadata(what, in, nameFrom, nameTo, textFrom, textTo);
  }

  @Override
  public void end() throws ExpositionException {
    flush();
    next.end();
  }
}

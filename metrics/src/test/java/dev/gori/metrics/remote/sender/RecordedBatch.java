package dev.gori.metrics.remote.sender;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.metrics.remote.HistogramMessage;
import dev.gori.metrics.remote.RemoteWriteProtocol;
import dev.gori.tsdb.AppendBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Records a batch by series, to compare batches and to encode them as the sender does.
public final class RecordedBatch implements AppendBatch.StoredVisitor {

  /// The recorded items of one series, in order.
  public record Series(List<String> values, List<String> histograms, List<Exemplar> exemplars) {
    Series() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  private final Map<Labels, Series> series = new TreeMap<>();
  private final List<QueueItem> items = new ArrayList<>();

  public static RecordedBatch of(AppendBatch batch) {
    var told = new RecordedBatch();
    batch.forEachStored(told);
    return told;
  }

  public Map<Labels, Series> series() {
    return series;
  }

  /// A compressed request with all items.
  public byte[] sent(RemoteWriteProtocol protocol) {
    return WriteRequestEncoder.compressed(protocol, items, Map.of());
  }

  private Series at(Labels labels) {
    return series.computeIfAbsent(labels, _ -> new Series());
  }

  @Override
  public void sample(Labels labels, long millis, double value, long start) {
    items.add(new QueueItem.FloatSample(labels, millis, value, start));
    at(labels)
        .values
        .add("%x@%d since %d".formatted(Double.doubleToRawLongBits(value), millis, start));
  }

  @Override
  public void histogram(Labels labels, long millis, FloatHistogram histogram, long start) {
    items.add(
        new QueueItem.HistogramSample(
            labels, millis, HistogramMessage.encode(millis, histogram), start));
    at(labels)
        .histograms
        .add("%s gauge=%b @%d since %d".formatted(histogram, histogram.isGauge(), millis, start));
  }

  @Override
  public void exemplar(Labels labels, Exemplar exemplar) {
    items.add(new QueueItem.ExemplarSample(labels, exemplar));
    at(labels).exemplars.add(exemplar);
  }
}

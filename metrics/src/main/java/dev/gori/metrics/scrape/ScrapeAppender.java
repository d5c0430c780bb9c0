package dev.gori.metrics.scrape;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.metrics.exposition.ExpositionException;
import dev.gori.metrics.exposition.MetricSink;
import dev.gori.metrics.exposition.SeriesText;
import dev.gori.tsdb.AppendBatch;
import dev.gori.tsdb.SeriesRef;
import org.jspecify.annotations.Nullable;

/// Appends one scrape to a batch.
final class ScrapeAppender implements MetricSink {

  private final ScrapeJob job;
  private final ScrapeCache cache;
  private final MetadataCache metadata;
  private final long defaultTimestamp;
  private final long maxTimestamp;
  private final int sampleLimit;
  private final AppendBatch batch;
  private int scraped;
  private int kept;
  private int duplicates;
  private int outOfBounds;
  private boolean overBuckets;
  private @Nullable SeriesRef current;
  private long currentMillis;

  /// @param at timestamp of samples without one
  /// @param latest samples with a later timestamp are dropped
  /// @param limit sample limit; samples over it are counted, and the scrape fails
  ScrapeAppender(
      ScrapeJob job, ScrapeCache cache, MetadataCache metadata, long at, long latest, int limit) {
    this.job = job;
    this.cache = cache;
    this.metadata = metadata;
    this.defaultTimestamp = at;
    this.maxTimestamp = latest;
    this.sampleLimit = limit;
    this.batch = new AppendBatch(cache.liveCount() + ScrapeReport.MAX_SERIES);
    cache.begin();
    metadata.begin();
  }

  @Override
  public int expected(byte[] in, int from, int end) {
    return cache.expected(in, from, end);
  }

  @Override
  public void sample(SeriesText series, double value, long millis) throws ExpositionException {
    var stored = resolve(series, millis);
    if (stored != null) {
      batch.add(stored, currentMillis, value);
    }
  }

  @Override
  public void histogram(SeriesText series, FloatHistogram histogram, long millis)
      throws ExpositionException {
    var fitting = withinBucketLimit(histogram);
    var stored = resolve(series, millis);
    if (stored != null) {
      batch.add(stored, currentMillis, fitting);
    }
  }

  /// The series to append a sample to; null if the sample is dropped.
  private @Nullable SeriesRef resolve(SeriesText series, long millis) throws ExpositionException {
    scraped++;
    current = null;
    if (kept >= sampleLimit) {
      kept += cache.mutateUncached(series) == null ? 0 : 1;
      return null;
    }
    var known = cache.find(series);
    var stored = known.ref();
    if (stored == null) {
      cache.markDropped(known);
      return null;
    }
    boolean ownTime = millis != NO_TIMESTAMP && job.options().honorTimestamps();
    boolean again = !cache.mark(known, !ownTime || job.options().trackTimestamps());
    kept++;
    if (again && !ownTime) {
      duplicates++;
      return null;
    }
    if (ownTime && millis > maxTimestamp) {
      outOfBounds++;
      return null;
    }
    current = stored;
    currentMillis = ownTime ? millis : defaultTimestamp;
    return stored;
  }

  /// The histogram, with its resolution reduced to the bucket limit.
  private FloatHistogram withinBucketLimit(FloatHistogram histogram) throws ExpositionException {
    int most = job.limits().buckets();
    if (histogram.isCustom()) {
      if (most > 0 && buckets(histogram) > most) {
        throw tooManyBuckets(buckets(histogram), most, "custom buckets cannot be made coarser");
      }
      return histogram;
    }
    var fitting =
        histogram.schema() > job.limits().finestSchema()
            ? histogram.withSchema(job.limits().finestSchema())
            : histogram;
    while (most > 0 && buckets(fitting) > most) {
      if (fitting.schema() <= ScrapeJob.Limits.COARSEST) {
        throw tooManyBuckets(buckets(fitting), most, "in the coarsest schema");
      }
      fitting = fitting.withSchema(fitting.schema() - 1);
    }
    return fitting;
  }

  private ExpositionException tooManyBuckets(int has, int most, String why) {
    overBuckets = true;
    return new ExpositionException(
        "native_histogram_bucket_limit exceeded: %d buckets, %s (expected: at most %d)"
            .formatted(has, why, most));
  }

  private static int buckets(FloatHistogram histogram) {
    return histogram.positive().size() + histogram.negative().size();
  }

  @Override
  public void startedAt(long millis) {
    if (current != null && millis <= currentMillis) {
      batch.startedAt(millis);
    }
  }

  @Override
  public void exemplar(Labels labels, double value, long millis) {
    if (current != null) {
      batch.exemplar(
          current.labels(),
          new Exemplar(labels, value, millis == NO_TIMESTAMP ? currentMillis : millis));
    }
  }

  @Override
  public void metadata(
      MetadataKind what, byte[] in, int nameFrom, int nameTo, int textFrom, int textTo)
      throws ExpositionException {
    metadata.set(what, in, nameFrom, nameTo, textFrom, textTo);
  }

  AppendBatch batch() {
    return batch;
  }

  int scraped() {
    return scraped;
  }

  /// Samples after relabelling, including duplicates.
  int kept() {
    return kept;
  }

  int duplicates() {
    return duplicates;
  }

  int outOfBounds() {
    return outOfBounds;
  }

  boolean hasTooManyBuckets() {
    return overBuckets;
  }

  boolean isOverLimit() {
    return kept > sampleLimit;
  }
}

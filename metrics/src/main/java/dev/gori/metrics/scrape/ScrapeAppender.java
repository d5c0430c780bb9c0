package dev.gori.metrics.scrape;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.metrics.exposition.Malformed;
import dev.gori.metrics.exposition.MetricSink;
import dev.gori.metrics.exposition.SeriesText;
import dev.gori.tsdb.AppendBatch;
import dev.gori.tsdb.SeriesRef;
import org.jspecify.annotations.Nullable;

/// One body of one target on its way into a batch.
final class ScrapeAppender implements MetricSink {

  private final ScrapeJob job;
  private final SeriesCache cache;
  private final Metadata metadata;
  private final long at;
  private final long latest;
  private final int limit;
  private final AppendBatch batch;
  private int scraped;
  private int kept;
  private int duplicates;
  private int outOfBounds;
  private boolean overBuckets;
  private @Nullable SeriesRef current;
  private long currentMillis;

  /// @param at the time of samples that say none
  /// @param latest samples that claim to be from later are left out
  /// @param limit how many samples may be kept; more are counted and make the round fail
  ScrapeAppender(
      ScrapeJob job, SeriesCache cache, Metadata metadata, long at, long latest, int limit) {
    this.job = job;
    this.cache = cache;
    this.metadata = metadata;
    this.at = at;
    this.latest = latest;
    this.limit = limit;
    this.batch = new AppendBatch(cache.lived() + ScrapeReport.MOST);
    cache.begin();
    metadata.begin();
  }

  @Override
  public int expected(byte[] in, int from, int end) {
    return cache.expected(in, from, end);
  }

  @Override
  public void sample(SeriesText series, double value, long millis) throws Malformed {
    var stored = taken(series, millis);
    if (stored != null) {
      batch.add(stored, currentMillis, value);
    }
  }

  @Override
  public void histogram(SeriesText series, FloatHistogram histogram, long millis) throws Malformed {
    var fitting = fitting(histogram);
    var stored = taken(series, millis);
    if (stored != null) {
      batch.add(stored, currentMillis, fitting);
    }
  }

  /// What a sample is stored as; nothing when it is dropped, counted or left out.
  private @Nullable SeriesRef taken(SeriesText series, long millis) throws Malformed {
    scraped++;
    current = null;
    if (kept >= limit) {
      kept += cache.unkept(series) == null ? 0 : 1;
      return null;
    }
    var known = cache.find(series);
    var stored = known.stored();
    if (stored == null) {
      cache.markDropped(known);
      return null;
    }
    boolean ownTime = millis != NO_TIME && job.reading().honorTimestamps();
    boolean again = !cache.mark(known, !ownTime || job.reading().trackTimestamps());
    kept++;
    if (again && !ownTime) {
      duplicates++;
      return null;
    }
    if (ownTime && millis > latest) {
      outOfBounds++;
      return null;
    }
    current = stored;
    currentMillis = ownTime ? millis : at;
    return stored;
  }

  /// The histogram in the resolution that the job allows.
  private FloatHistogram fitting(FloatHistogram histogram) throws Malformed {
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

  private Malformed tooManyBuckets(int has, int most, String why) {
    overBuckets = true;
    return new Malformed(
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
          new Exemplar(labels, value, millis == NO_TIME ? currentMillis : millis));
    }
  }

  @Override
  public void about(About what, byte[] in, int nameFrom, int nameTo, int textFrom, int textTo)
      throws Malformed {
    metadata.note(what, in, nameFrom, nameTo, textFrom, textTo);
  }

  AppendBatch batch() {
    return batch;
  }

  int scraped() {
    return scraped;
  }

  /// Samples after relabelling, with those that are there twice.
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
    return kept > limit;
  }
}

package dev.gori.metrics.scrape;

import dev.gori.base.journal.SyncPolicy;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.gotext.GoDuration;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.exposition.ExpositionException;
import dev.gori.metrics.exposition.ExpositionParser;
import dev.gori.metrics.exposition.ScrapeProtocol;
import dev.gori.metrics.store.SampleStore;
import dev.gori.tsdb.AppendBatch;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Scrapes one target at its interval. Called by one thread at a time, except {@link #status}.
final class ScrapeLoop {

  /// A scrape that is off its schedule by less is stored with the scheduled timestamp: even
  /// intervals compress better.
  private static final Duration TIMESTAMP_TOLERANCE = Duration.ofMillis(10);

  /// Samples further in the future are dropped.
  private static final Duration MAX_AHEAD = Duration.ofMinutes(10);

  /// What all scrape loops share.
  ///
  /// @param maxSeries series limit per target, which also bounds `sample_limit`
  record Shared(
      TargetScraper scraper,
      SampleStore store,
      Time time,
      Logger log,
      ScrapeMetrics metrics,
      ScrapeFailureLogs failures,
      int maxSeries) {}

  /// The last scrape.
  ///
  /// @param problem empty if it succeeded
  record Status(Optional<Instant> last, Duration took, Optional<String> problem) {
    static final Status NEW = new Status(Optional.empty(), Duration.ZERO, Optional.empty());

    TargetHealth health() {
      return last.isEmpty()
          ? TargetHealth.UNKNOWN
          : problem.isEmpty() ? TargetHealth.UP : TargetHealth.DOWN;
    }
  }

  private final Target target;
  private final Shared shared;
  private final Optional<TargetScraper.DirectConnection> direct;
  private final ScrapeCache cache;
  private final ScrapeReport report;
  private final String interval;
  private final MetadataCache metadata = new MetadataCache();
  private volatile Status status = Status.NEW;
  private volatile Optional<String> disabledBecause = Optional.empty();
  private long lastMillis = Long.MIN_VALUE;
  private boolean samplesRejected;
  private boolean overLimit;

  ScrapeLoop(Target target, Shared shared) {
    this.target = target;
    this.shared = shared;
    this.direct = TargetScraper.direct(target);
    this.cache = new ScrapeCache(new SampleMutator(target.labels(), target.job()));
    this.report = new ScrapeReport(target);
    this.interval = GoDuration.format(target.interval());
  }

  /// Closes the connection to the target; the next scrape reconnects.
  void disconnect() {
    direct.ifPresent(one -> one.get().close());
  }

  /// Takes over the state of the same target's loop under the previous configuration.
  void takeOver(ScrapeLoop earlier) {
    earlier.disconnect();
    cache.inherit(earlier.cache.liveSeries());
    status = earlier.status;
    lastMillis = earlier.lastMillis;
  }

  Target target() {
    return target;
  }

  Status status() {
    return status;
  }

  Map<String, MetadataCache.Entry> metadata() {
    return metadata.byMetric();
  }

  /// Makes every scrape fail with this reason, without calling the target; empty to enable it
  /// again.
  void disable(Optional<String> why) {
    disabledBecause = why;
  }

  /// Scrapes once and stores the result.
  ///
  /// @param scheduled scheduled start
  void scrape(Instant scheduled) throws InterruptedException {
    var began = shared.time.now();
    status
        .last()
        .ifPresent(
            before ->
                shared
                    .metrics
                    .intervals
                    .labelValues(interval)
                    .observe(Duration.between(before, began).toMillis() / 1000.0));
    var at =
        Duration.between(scheduled, began).abs().compareTo(TIMESTAMP_TOLERANCE) <= 0
            ? scheduled
            : began;
    lastMillis = Math.max(at.toEpochMilli(), lastMillis + 1);
    long nanos = System.nanoTime();
    var problem = disabledBecause.orElse(null);
    TargetScraper.@Nullable Body body = null;
    int bodySize = 0;
    try {
      body = problem == null ? shared.scraper.fetch(target, direct) : null;
      bodySize = body == null ? 0 : body.bytes().length;
    } catch (TargetScraper.BodySizeLimitException e) {
      shared.metrics.bodyLimit.inc();
      bodySize = -1;
      problem = String.valueOf(e.getMessage());
    } catch (IOException e) {
      problem = String.valueOf(e.getMessage());
    }
    var took = Duration.ofNanos(System.nanoTime() - nanos);
    var appender =
        new ScrapeAppender(
            target.job(),
            cache,
            metadata,
            lastMillis,
            shared.time.millis() + MAX_AHEAD.toMillis(),
            sampleLimit());
    if (body != null) {
      problem = read(body, appender);
    }
    problem = store(appender, problem, took, bodySize);
    updateStatus(began, took, Optional.ofNullable(problem));
  }

  private int sampleLimit() {
    int configured = target.job().limits().samples();
    return configured > 0 ? Math.min(configured, shared.maxSeries) : shared.maxSeries;
  }

  /// Parses a body.
  ///
  /// @return the problem, or null
  private @Nullable String read(TargetScraper.Body body, ScrapeAppender appender) {
    try {
      var reading = target.job().options();
      ExpositionParser.parse(
          body.bytes(),
          ScrapeProtocol.ofBody(body.contentType(), reading.fallback()),
          reading.histograms(),
          appender);
    } catch (ExpositionException e) {
      if (appender.hasTooManyBuckets()) {
        shared.metrics.bucketLimit.inc();
      }
      if (e instanceof SampleMutator.OverLimit) {
        shared.metrics.labelLimit.inc();
      }
      return String.valueOf(e.getMessage());
    }
    if (!appender.isOverLimit()) {
      return null;
    }
    shared.metrics.sampleLimit.inc();
    boolean own = target.job().limits().samples() == sampleLimit();
    return "%s exceeded: %d samples (expected: at most %d%s); %s"
        .formatted(
            own ? "sample_limit" : "series limit of a target",
            appender.kept(),
            sampleLimit(),
            own ? "" : ", as max_series_per_target of the environment says",
            LargestMetric.of(cache.seen()));
  }

  private @Nullable String store(
      ScrapeAppender appender, @Nullable String problem, Duration took, int bodySize) {
    var batch =
        problem == null ? appender.batch() : new AppendBatch(); // a failed scrape stores no samples
    var gone = problem == null ? cache.commit() : cache.fail();
    if (problem == null) {
      metadata.commit();
    } else {
      metadata.fail();
    }
    gone.forEach(labels -> batch.add(labels, lastMillis, Sample.STALE));
    report.add(
        batch,
        lastMillis,
        new ScrapeReport.Values(
            problem == null,
            took,
            appender.scraped(),
            appender.kept(),
            cache.added(),
            problem == null || bodySize < 0 ? bodySize : 0));
    shared.metrics.duplicates.inc(appender.duplicates());
    shared.metrics.outOfBounds.inc(appender.outOfBounds());
    try {
      var done = shared.store.append(batch, SyncPolicy.SOON);
      shared.metrics.rejected(done);
      var refused = done.problem();
      if (refused.isPresent() && !samplesRejected) {
        shared.log.warn(
            "samples rejected job={} instance={}: {}",
            target.job().name(),
            target.labels().get("instance"),
            refused.get());
      }
      samplesRejected = refused.isPresent();
    } catch (FaultException e) {
      return problem == null ? e.reason() : problem;
    }
    return problem;
  }

  private void updateStatus(Instant began, Duration took, Optional<String> problem) {
    var before = status;
    status = new Status(Optional.of(began), took, problem);
    problem.ifPresent(
        why ->
            target
                .job()
                .failureLog()
                .ifPresent(
                    file ->
                        shared.failures.write(
                            file, began, target.job().name(), target.uri(), why)));
    boolean wasOver = overLimit;
    overLimit = problem.filter(text -> text.contains("exceeded: ")).isPresent();
    if (problem.isPresent() && (before.problem().isEmpty() || (overLimit && !wasOver))) {
      shared.log.warn(
          "scrape failed job={} instance={}: {}",
          target.job().name(),
          target.labels().get("instance"),
          problem.get());
    } else if (problem.isEmpty() && before.problem().isPresent()) {
      shared.log.info(
          "scrape recovered job={} instance={}",
          target.job().name(),
          target.labels().get("instance"));
    }
  }

  /// Writes stale markers for all series of the target, when the target is gone.
  void endOfRunStaleness() {
    disconnect();
    long at = Math.max(shared.time.millis(), lastMillis + 1);
    var batch = new AppendBatch();
    List<Labels> living = cache.liveSeries();
    living.forEach(labels -> batch.add(labels, at, Sample.STALE));
    if (status.last().isPresent()) {
      report.addStaleMarkers(batch, at);
    }
    if (batch.size() > 0) {
      shared.store.append(batch, SyncPolicy.SOON);
    }
  }
}

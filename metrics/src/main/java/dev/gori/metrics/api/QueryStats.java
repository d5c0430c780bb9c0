package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.life.Cancellation;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.QueryResult;
import dev.gori.promql.SeriesSource;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Statistics of one query for `stats`. Samples are counted as the store reads them.
final class QueryStats {

  private final ApiMetrics counts;
  private final long asked = System.nanoTime() - Cancellation.current().elapsed().toNanos();
  private final AtomicLong preparing = new AtomicLong();
  private final AtomicLong samples = new AtomicLong();
  private final AtomicLong longest = new AtomicLong();
  private final AtomicLong series = new AtomicLong();
  private long began = asked;
  private long ended = asked;

  QueryStats(ApiMetrics counts) {
    this.counts = counts;
  }

  /// Measures the preparation time: selecting series.
  SeriesSource timing(SeriesSource source) {
    return (matchers, from, to) -> {
      long since = System.nanoTime();
      try {
        return source.select(matchers, from, to);
      } finally {
        preparing.addAndGet(System.nanoTime() - since);
      }
    };
  }

  SeriesSource counting(SeriesSource source) {
    var timed = timing(source);
    return (matchers, from, to) -> {
      var found = timed.select(matchers, from, to);
      series.addAndGet(found.size());
      return found.stream().map(Counted::new).toList();
    };
  }

  private final class Counted implements SeriesSource.Series {
    private final SeriesSource.Series series;

    Counted(SeriesSource.Series series) {
      this.series = series;
    }

    @Override
    public Labels labels() {
      return series.labels();
    }

    @Override
    public void read(SampleBuffer into) {
      int before = into.size();
      series.read(into);
      samples.addAndGet(into.size() - before);
      longest.accumulateAndGet(into.size(), Math::max);
    }
  }

  /// Ends the wait in the query queue, and returns its duration.
  Duration waited() {
    began = System.nanoTime();
    return Duration.ofNanos(began - asked);
  }

  QueryResult timed(Supplier<QueryResult> evaluation) {
    counts.begins();
    try {
      return evaluation.get();
    } finally {
      ended = System.nanoTime();
      counts.ends(began - asked, preparing.get(), ended - began - preparing.get());
    }
  }

  Object json() {
    return Json.object(
        "timings",
            Json.object(
                "evalTotalTime",
                seconds(ended - began),
                "resultSortTime",
                BigDecimal.ZERO,
                "queryPreparationTime",
                seconds(preparing.get()),
                "innerEvalTime",
                seconds(ended - began - preparing.get()),
                "execQueueTime",
                seconds(began - asked),
                "execTotalTime",
                seconds(ended - asked)),
        "samples",
            Json.object(
                "totalQueryableSamples",
                samples.get(),
                "samplesRead",
                samples.get(),
                "seriesTouched",
                series.get(),
                "peakSamples",
                longest.get()));
  }

  private static BigDecimal seconds(long nanos) {
    return BigDecimal.valueOf(nanos, 9).setScale(9, RoundingMode.UNNECESSARY);
  }
}

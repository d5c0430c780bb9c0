package dev.gori.roles.metrics.api;

import dev.gori.engines.promql.Answer;
import dev.gori.engines.promql.Points;
import dev.gori.engines.promql.SeriesSource;
import dev.gori.kernel.label.Labels;
import dev.gori.machinery.json.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// What one query read and how long it took, for `stats`. Samples are counted as the store gives
/// them to the query.
final class QueryStats {

    private final long asked = System.nanoTime();
    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();
    private final AtomicLong series = new AtomicLong();
    private long began = asked;
    private long ended = asked;

    SeriesSource counting(SeriesSource source) {
        return (matchers, from, to) -> {
            var found = source.select(matchers, from, to);
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
        public void read(Points into) {
            int before = into.size();
            series.read(into);
            samples.addAndGet(into.size() - before);
            longest.accumulateAndGet(into.size(), Math::max);
        }
    }

    Answer timed(ApiMetrics counts, Supplier<Answer> evaluation) {
        began = System.nanoTime();
        counts.begins();
        try {
            return evaluation.get();
        } finally {
            ended = System.nanoTime();
            counts.ends(ended - began);
        }
    }

    Object json() {
        var evaluated = seconds(ended - began);
        return Json.object(
                "timings",
                        Json.object(
                                "evalTotalTime",
                                evaluated,
                                "resultSortTime",
                                BigDecimal.ZERO,
                                "queryPreparationTime",
                                BigDecimal.ZERO,
                                "innerEvalTime",
                                evaluated,
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

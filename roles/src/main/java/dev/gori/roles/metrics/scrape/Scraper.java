package dev.gori.roles.metrics.scrape;

import dev.gori.engines.tsdb.Batch;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.time.Time;
import dev.gori.roles.metrics.store.SampleStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Scrapes one target, round by round. One thread at a time; {@link #status} from any.
final class Scraper {

    /// How far a scrape may be off its schedule and still be stored at the scheduled time: even times cost few bits.
    private static final Duration TOLERANCE = Duration.ofMillis(10);

    /// Samples that claim to be from further in the future are dropped.
    private static final Duration AHEAD = Duration.ofMinutes(10);

    /// What is known of a metric of this target.
    record About(String type, String help, String unit) {}

    /// The last round.
    ///
    /// @param problem empty when it went well
    record Status(Optional<Instant> last, Duration took, Optional<String> problem) {
        String health() {
            return last.isEmpty() ? "unknown" : problem.isEmpty() ? "up" : "down";
        }
    }

    private final Target target;
    private final ScrapeCall call;
    private final SampleStore store;
    private final Time time;
    private final Logger log;
    private final SeriesCache cache;
    private final Map<String, About> metadata = new ConcurrentHashMap<>();
    private final List<RawText> comments = new ArrayList<>();
    private volatile Status status = new Status(Optional.empty(), Duration.ZERO, Optional.empty());
    private long lastMillis = Long.MIN_VALUE;
    private boolean refusing;

    Scraper(Target target, ScrapeCall call, SampleStore store, Time time, Logger log) {
        this.target = target;
        this.call = call;
        this.store = store;
        this.time = time;
        this.log = log;
        this.cache = new SeriesCache(target);
    }

    Target target() {
        return target;
    }

    Status status() {
        return status;
    }

    Map<String, About> metadata() {
        return metadata;
    }

    /// One scrape with everything that follows from it.
    ///
    /// @param scheduled when it should have begun
    void scrape(Instant scheduled) throws InterruptedException {
        var began = time.now();
        var at = Duration.between(scheduled, began).abs().compareTo(TOLERANCE) <= 0 ? scheduled : began;
        lastMillis = Math.max(at.toEpochMilli(), lastMillis + 1);
        long nanos = System.nanoTime();
        @Nullable String problem = null;
        ScrapeCall.@Nullable Text text = null;
        try {
            text = call.fetch(target);
        } catch (IOException e) {
            problem = String.valueOf(e.getMessage());
        }
        var took = Duration.ofNanos(System.nanoTime() - nanos);
        var round = new Round(text, problem, took);
        try {
            round.store();
        } catch (FaultException e) {
            round.failed(e.reason());
        }
        tell(began, took, round.problem());
    }

    private void tell(Instant began, Duration took, Optional<String> problem) {
        var before = status;
        status = new Status(Optional.of(began), took, problem);
        if (problem.isPresent() && before.problem().isEmpty()) {
            log.warn("scrape failed job={} instance={}: {}", target.job().name(), target.labels().get("instance"), problem.get());
        } else if (problem.isEmpty() && before.problem().isPresent()) {
            log.info("scrape works again job={} instance={}", target.job().name(), target.labels().get("instance"));
        }
    }

    /// Says that the target is gone: all its series and its own end here.
    void end() {
        long at = Math.max(time.millis(), lastMillis + 1);
        cache.begin();
        var batch = new Batch();
        cache.takeGone().forEach(labels -> batch.add(labels, at, Sample.STALE));
        if (status.last().isPresent()) {
            for (var name : List.of("up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added")) {
                batch.add(own(name), at, Sample.STALE);
            }
        }
        if (batch.size() > 0) {
            store.append(batch);
        }
    }

    private Labels own(String name) {
        return target.labels().with(Labels.NAME, name);
    }

    /// One round's samples on their way into the store.
    private final class Round implements Exposition.Sink {
        private final Duration took;
        private @Nullable String problem;
        private Batch batch = new Batch();
        private int comment;
        private int scraped;
        private int kept;
        private Exposition.@Nullable Malformed malformed;

        Round(ScrapeCall.@Nullable Text text, @Nullable String failed, Duration took) {
            this.took = took;
            this.problem = failed;
            cache.begin();
            if (text != null) {
                read(text);
            }
            if (problem != null) {
                cache.begin(); // nothing of this round counts: every series ends
                batch = new Batch();
            }
        }

        private void read(ScrapeCall.Text text) {
            try {
                Exposition.read(text.text(), text.contentType(), this);
                if (malformed != null) {
                    throw malformed;
                }
                int limit = target.job().sampleLimit();
                if (limit > 0 && kept > limit) {
                    problem = "sample_limit exceeded: %d samples (expected: at most %d)".formatted(kept, limit);
                }
            } catch (Exposition.Malformed e) {
                problem = String.valueOf(e.getMessage());
            }
        }

        @Override
        public int known(byte[] text, int from, int to) {
            return cache.expected(text, from, to);
        }

        @Override
        public boolean isRepeated(byte[] text, int from, int to) {
            int place = comment++;
            if (place < comments.size() && comments.get(place).is(text, from, to)) {
                return true;
            }
            var now = new RawText(text, from, to);
            if (place < comments.size()) {
                comments.set(place, now);
            } else {
                comments.add(now);
            }
            return false;
        }

        @Override
        public void sample(byte[] text, int from, int to, double value, long millis) {
            scraped++;
            boolean ownTime = millis != Exposition.NO_TIME && target.job().honorTimestamps();
            if (malformed != null || (ownTime && millis > time.millis() + AHEAD.toMillis())) {
                return;
            }
            try {
                var labels = cache.labels(text, from, to, ownTime);
                if (labels != null) {
                    kept++;
                    batch.add(labels, ownTime ? millis : lastMillis, value);
                }
            } catch (Exposition.Malformed e) {
                malformed = e;
            }
        }

        @Override
        public void type(String metric, String type) {
            metadata.compute(metric, (_, old) -> new About(type, old == null ? "" : old.help(), old == null ? "" : old.unit()));
        }

        @Override
        public void help(String metric, String help) {
            metadata.compute(metric, (_, old) -> new About(old == null ? "unknown" : old.type(), help, old == null ? "" : old.unit()));
        }

        @Override
        public void unit(String metric, String unit) {
            metadata.compute(metric, (_, old) -> new About(old == null ? "unknown" : old.type(), old == null ? "" : old.help(), unit));
        }

        void store() {
            cache.takeGone().forEach(labels -> batch.add(labels, lastMillis, Sample.STALE));
            batch.add(own("up"), lastMillis, problem == null ? 1 : 0);
            batch.add(own("scrape_duration_seconds"), lastMillis, took.toNanos() / 1e9);
            batch.add(own("scrape_samples_scraped"), lastMillis, scraped);
            batch.add(own("scrape_samples_post_metric_relabeling"), lastMillis, kept);
            batch.add(own("scrape_series_added"), lastMillis, problem == null ? cache.added() : 0);
            var refused = store.append(batch).problem();
            if (refused.isPresent() && !refusing) {
                log.warn("samples refused job={} instance={}: {}", target.job().name(), target.labels().get("instance"), refused.get());
            }
            refusing = refused.isPresent();
        }

        void failed(String why) {
            if (problem == null) {
                problem = why;
            }
        }

        Optional<String> problem() {
            return Optional.ofNullable(problem);
        }
    }
}

package dev.gori.roles.metrics.scrape;

import dev.gori.kernel.label.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one target's series became: the labels under which they are stored, and when each was seen last. For one thread.
final class SeriesCache {

    /*
     * A target's series come in the same order at every scrape, so the one that followed a series last time is tried first: comparing a few
     * bytes is all that an old series costs. Any other is looked up by its text.
     */

    private static final class Known extends RawText {
        private @Nullable Labels labels;
        private @Nullable Known next;
        private long seen;
        private boolean ownTime;

        Known(byte[] text, int from, int to) {
            super(text, from, to);
        }
    }

    private final Target target;
    private final Map<RawText, Known> known = new HashMap<>();
    private @Nullable Known first;
    private @Nullable Known last;
    private long round;
    private int seen;
    private int added;

    SeriesCache(Target target) {
        this.target = target;
    }

    void begin() {
        round++;
        last = null;
        seen = 0;
        added = 0;
    }

    /// The length of a series' text at a place, when it is the one that is expected next and a value follows; else 0.
    int expected(byte[] text, int from, int to) {
        var next = next();
        return next != null && next.isFollowedByValue(text, from, to) ? next.length() : 0;
    }

    private @Nullable Known next() {
        return last == null ? first : last.next;
    }

    /// The labels to store a series under; null when relabelling drops it.
    ///
    /// @param ownTime whether the sample says its own time: such a series gets no stale marker
    @Nullable Labels labels(byte[] text, int from, int to, boolean ownTime) throws Exposition.Malformed {
        var one = next();
        if (one == null || !one.is(text, from, to)) {
            one = find(text, from, to);
            if (last == null) {
                first = one;
            } else {
                last.next = one;
            }
        }
        last = one;
        if (one.seen != round) {
            one.seen = round;
            seen++;
        }
        one.ownTime = ownTime;
        return one.labels;
    }

    private Known find(byte[] text, int from, int to) throws Exposition.Malformed {
        var wanted = new Known(text, from, to);
        var one = known.get(wanted);
        if (one == null) {
            one = wanted;
            one.labels = stored(SeriesText.labels(one.toString())).orElse(null);
            known.put(one, one);
            added += one.labels == null ? 0 : 1;
        }
        return one;
    }

    private Optional<Labels> stored(Labels scraped) throws Exposition.Malformed {
        var job = target.job();
        var merged = Relabel.all(job.metricRelabel(), merged(scraped, target.labels(), job.honorLabels()));
        if (merged.isPresent()) {
            check(merged.get(), job);
        }
        return merged;
    }

    static Labels merged(Labels scraped, Labels target, boolean honor) {
        var all = scraped.toMap();
        target.forEach((name, value) -> {
            if (!honor && scraped.has(name)) {
                var exported = "exported_" + name;
                while (all.containsKey(exported) || target.has(exported)) {
                    exported = "exported_" + exported;
                }
                all.put(exported, scraped.get(name));
                all.put(name, value);
            } else {
                all.putIfAbsent(name, value);
            }
        });
        return Labels.of(all);
    }

    private static void check(Labels labels, ScrapeJob job) throws Exposition.Malformed {
        if (labels.metric().isEmpty()) {
            throw new Exposition.Malformed("%s has no metric name after relabelling".formatted(labels));
        }
        if (job.labelLimit() > 0 && labels.size() > job.labelLimit()) {
            throw new Exposition.Malformed("label_limit exceeded: %s has %d labels (expected: at most %d)".formatted(labels.metric(), labels.size(), job.labelLimit()));
        }
        for (int i = 0; job.labelValueLimit() > 0 && i < labels.size(); i++) {
            if (labels.valueAt(i).length() > job.labelValueLimit()) {
                throw new Exposition.Malformed("label_value_length_limit exceeded: %s of %s has %d characters (expected: at most %d)"
                        .formatted(labels.nameAt(i), labels.metric(), labels.valueAt(i).length(), job.labelValueLimit()));
            }
        }
    }

    /// Forgets the series that this round did not see, and returns those that need a stale marker.
    List<Labels> takeGone() {
        if (seen == known.size()) {
            return List.of();
        }
        var gone = new ArrayList<Labels>();
        known.values().removeIf(one -> {
            one.next = null;
            if (one.seen == round) {
                return false;
            }
            if (!one.ownTime && one.labels != null) {
                gone.add(one.labels);
            }
            return true;
        });
        first = null;
        return gone;
    }

    int added() {
        return added;
    }
}

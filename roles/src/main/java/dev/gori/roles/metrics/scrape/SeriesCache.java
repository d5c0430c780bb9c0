package dev.gori.roles.metrics.scrape;

import dev.gori.kernel.label.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one target's series became: the labels under which they are stored, and when each was seen last. For one thread.
final class SeriesCache {

    private static final class Known {
        final Optional<Labels> labels;
        long seen;
        boolean ownTime;

        Known(Optional<Labels> labels) {
            this.labels = labels;
        }
    }

    private final Target target;
    private final Map<String, Known> known = new HashMap<>();
    private long round;
    private int added;

    SeriesCache(Target target) {
        this.target = target;
    }

    void begin() {
        round++;
        added = 0;
    }

    /// The labels to store a series under; nothing when relabelling drops it.
    ///
    /// @param ownTime whether the sample says its own time: such a series gets no stale marker
    Optional<Labels> labels(String series, boolean ownTime) throws Exposition.Malformed {
        var one = known.get(series);
        if (one == null) {
            one = new Known(stored(Exposition.labels(series)));
            known.put(series, one);
            added += one.labels.isPresent() ? 1 : 0;
        }
        one.seen = round;
        one.ownTime = ownTime;
        return one.labels;
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
        var gone = new ArrayList<Labels>();
        known.values().removeIf(one -> {
            if (one.seen == round) {
                return false;
            }
            if (!one.ownTime) {
                one.labels.ifPresent(gone::add);
            }
            return true;
        });
        return gone;
    }

    int added() {
        return added;
    }
}

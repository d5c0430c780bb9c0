package dev.gori.engines.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/// The newest exemplars of all series together, at most so many; the oldest one gives way. Guarded
/// by the head's lock.
final class Exemplars {

    /// What comes of one.
    enum Outcome {
        STORED,
        SAME,
        OUT_OF_ORDER
    }

    private static final Comparator<Exemplar> ORDER =
            Comparator.comparingLong(Exemplar::millis)
                    .thenComparingDouble(Exemplar::value)
                    .thenComparing(Exemplar::labels);

    private final int most;
    private final ArrayDeque<Labels> arrivals =
            new ArrayDeque<>(); // the series of each exemplar, oldest first
    private final Map<Labels, ArrayDeque<Exemplar>> bySeries = new HashMap<>();

    Exemplars(int most) {
        this.most = most;
    }

    /// Exemplars of a series come in order of time, then value, then labels; one that equals the
    /// newest is there already.
    Outcome add(Labels series, Exemplar exemplar) {
        if (most == 0) {
            return Outcome.SAME;
        }
        var known = bySeries.get(series);
        if (known != null) {
            int order = ORDER.compare(exemplar, known.getLast());
            if (order <= 0) {
                return order == 0 ? Outcome.SAME : Outcome.OUT_OF_ORDER;
            }
        }
        if (arrivals.size() >= most) {
            dropOldest();
        }
        arrivals.add(series);
        bySeries.computeIfAbsent(series, _ -> new ArrayDeque<>(2)).add(exemplar);
        return Outcome.STORED;
    }

    private void dropOldest() {
        var series = arrivals.remove();
        var its = bySeries.get(series);
        if (its != null) {
            its.remove();
            if (its.isEmpty()) {
                bySeries.remove(series);
            }
        }
    }

    /// All of them, those of a series in order of time.
    void each(BiConsumer<Labels, Exemplar> each) {
        bySeries.forEach(
                (series, exemplars) ->
                        exemplars.forEach(exemplar -> each.accept(series, exemplar)));
    }

    int size() {
        return arrivals.size();
    }

    /// The exemplars of a time, of the series that are wanted.
    List<SeriesExemplars> within(Predicate<Labels> wanted, long from, long to) {
        var found = new ArrayList<SeriesExemplars>();
        bySeries.forEach(
                (series, exemplars) -> {
                    if (wanted.test(series)) {
                        var its =
                                exemplars.stream()
                                        .filter(e -> e.millis() >= from && e.millis() <= to)
                                        .toList();
                        if (!its.isEmpty()) {
                            found.add(new SeriesExemplars(series, its));
                        }
                    }
                });
        found.sort(Comparator.comparing(SeriesExemplars::series));
        return found;
    }
}

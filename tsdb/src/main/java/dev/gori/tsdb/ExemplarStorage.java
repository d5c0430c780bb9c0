package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The newest exemplars of all series, in a buffer of fixed size that evicts the oldest one.
/// Guarded by the head's lock.
final class ExemplarStorage {

  /// The outcome of {@link #add}.
  enum Outcome {
    STORED,
    SAME,
    OUT_OF_ORDER
  }

  /// One stored exemplar.
  ///
  /// @param sequence counts all stored exemplars
  record StoredExemplar(Labels series, Exemplar exemplar, long sequence) {}

  private static final Comparator<Exemplar> ORDER =
      Comparator.comparingLong(Exemplar::millis)
          .thenComparingDouble(Exemplar::value)
          .thenComparing(Exemplar::labels);

  private final int max;
  private final long window;
  private final TreeMap<Long, StoredExemplar> bySequence = new TreeMap<>();
  private final Map<Labels, ArrayList<StoredExemplar>> bySeries = new HashMap<>(); // sorted
  private long next;

  /// @param window the out-of-order window, in milliseconds
  ExemplarStorage(int most, long window) {
    this.max = most;
    this.window = window;
  }

  /// Adds an exemplar. It must follow the newest one of its series by timestamp, value and labels,
  /// or lie within the out-of-order window. A duplicate is not stored again.
  Outcome add(Labels series, Exemplar exemplar) {
    var outcome = add(new StoredExemplar(series, exemplar, next), window);
    next += outcome == Outcome.STORED ? 1 : 0;
    return outcome;
  }

  /// Restores an exemplar with its sequence number, regardless of the window. A later record wins:
  /// the sequence numbers of a journal whose first segments are gone are too low.
  void restore(Labels series, Exemplar exemplar, long number) {
    var one = new StoredExemplar(series, exemplar, number);
    var there = bySequence.get(number);
    if (one.equals(there)) {
      return;
    }
    if (there != null) {
      remove(there);
    }
    var known = bySeries.getOrDefault(series, new ArrayList<>());
    int at =
        Collections.binarySearch(known, one, Comparator.comparing(StoredExemplar::exemplar, ORDER));
    if (at >= 0) {
      remove(known.get(at));
    }
    add(one, Long.MAX_VALUE);
  }

  /// The next sequence number.
  long next() {
    return next;
  }

  void next(long number) {
    next = number;
  }

  private Outcome add(StoredExemplar one, long tolerance) {
    if (max == 0) {
      return Outcome.SAME;
    }
    var known = bySeries.getOrDefault(one.series(), new ArrayList<>(2));
    int at = known.size();
    while (at > 0 && ORDER.compare(one.exemplar(), known.get(at - 1).exemplar()) < 0) {
      at--;
    }
    if (at < known.size() && isTooOld(one.exemplar(), known.getLast().exemplar(), tolerance)) {
      return Outcome.OUT_OF_ORDER;
    }
    if (at > 0 && ORDER.compare(one.exemplar(), known.get(at - 1).exemplar()) == 0) {
      return Outcome.SAME;
    }
    known.add(at, one);
    bySeries.put(one.series(), known);
    bySequence.put(one.sequence(), one);
    if (bySequence.size() > max) {
      remove(bySequence.firstEntry().getValue());
    }
    return Outcome.STORED;
  }

  private static boolean isTooOld(Exemplar exemplar, Exemplar newest, long tolerance) {
    return tolerance == 0
        || (tolerance < Long.MAX_VALUE && exemplar.millis() < newest.millis() - tolerance);
  }

  private void remove(StoredExemplar one) {
    bySequence.remove(one.sequence());
    var its = bySeries.get(one.series());
    if (its != null && its.remove(one) && its.isEmpty()) {
      bySeries.remove(one.series());
    }
  }

  /// Deletes the exemplars of a series in a time range, both ends inclusive.
  void delete(Labels series, long from, long to) {
    for (var kept : List.copyOf(bySeries.getOrDefault(series, new ArrayList<>()))) {
      if (isWithin(kept.exemplar(), from, to)) {
        remove(kept);
      }
    }
  }

  private static boolean isWithin(Exemplar exemplar, long from, long to) {
    return exemplar.millis() >= from && exemplar.millis() <= to;
  }

  /// The first exemplars with `from <= sequence < to`.
  List<StoredExemplar> between(long from, long to, int atMost) {
    return bySequence.subMap(from, Math.max(from, to)).values().stream().limit(atMost).toList();
  }

  /// The series that have exemplars and match.
  List<Labels> series(Predicate<Labels> wanted) {
    return bySeries.keySet().stream().filter(wanted).toList();
  }

  int size() {
    return bySequence.size();
  }

  int max() {
    return max;
  }

  /// Number of series with exemplars.
  int seriesCount() {
    return bySeries.size();
  }

  /// The exemplars of a time range, both ends inclusive, of matching series.
  List<SeriesExemplars> within(Predicate<Labels> wanted, long from, long to) {
    var found = new ArrayList<SeriesExemplars>();
    bySeries.forEach(
        (series, its) -> {
          if (wanted.test(series)) {
            var some =
                its.stream()
                    .map(StoredExemplar::exemplar)
                    .filter(exemplar -> isWithin(exemplar, from, to))
                    .toList();
            if (!some.isEmpty()) {
              found.add(new SeriesExemplars(series, some));
            }
          }
        });
    found.sort(Comparator.comparing(SeriesExemplars::series));
    return found;
  }
}

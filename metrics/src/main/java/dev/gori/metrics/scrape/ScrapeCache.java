package dev.gori.metrics.scrape;

import dev.gori.kernel.label.Labels;
import dev.gori.metrics.exposition.ExpositionException;
import dev.gori.metrics.exposition.SeriesText;
import dev.gori.tsdb.SeriesRef;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Caches the stored series of one target's scraped series, and tracks which are live. Not
/// thread-safe.
///
/// The key is the text of a series. Targets expose their series in a stable order, so the series
/// that followed last time is tried first; most texts are compared once and never hashed.
final class ScrapeCache {

  /// Unused entries to keep after failed scrapes, beyond the size after the last successful one.
  private static final int FAILED_SCRAPE_SLACK = 1000;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// Maps a scraped series to the labels to store, or null if relabelling drops it.
  @FunctionalInterface
  interface Mutator {
    @Nullable Labels mutate(SeriesText shown) throws ExpositionException;
  }

  /// One scraped series.
  static final class CacheEntry {
    private final byte[] text;
    private final int hash;
    private final @Nullable SeriesRef ref;
    private @Nullable CacheEntry nextInBucket;
    private @Nullable CacheEntry nextInBody;
    private long lastRound;
    private boolean forgotten;

    private CacheEntry(byte[] text, int hash, @Nullable Labels labels) {
      this.text = text;
      this.hash = hash;
      this.ref = labels == null ? null : new SeriesRef(labels);
    }

    /// The stored series; null if relabelling drops it.
    @Nullable SeriesRef ref() {
      return ref;
    }

    private @Nullable Labels labels() {
      return ref == null ? null : ref.labels();
    }
  }

  private final Mutator mutator;
  private @Nullable CacheEntry[] table = new CacheEntry[64];
  private int size;
  private int sizeWhenGood;
  private long round;
  private int added;
  private @Nullable CacheEntry first;
  private @Nullable CacheEntry last;
  private @Nullable CacheEntry matched;
  private List<CacheEntry> live = new ArrayList<>();
  private List<CacheEntry> current = new ArrayList<>();
  private List<Labels> inherited = List.of();

  ScrapeCache(Mutator rule) {
    this.mutator = rule;
  }

  /// Number of stored series in the last successful scrape.
  int liveCount() {
    return live.size();
  }

  void begin() {
    round++;
    added = 0;
    last = null;
    matched = null;
    current = new ArrayList<>(live.size());
  }

  /// The length of the expected next series text if it is at this position, otherwise 0.
  int expected(byte[] in, int at, int limit) {
    var guess = expectedNext();
    boolean fits =
        guess != null
            && guess.text.length <= limit - at
            && Arrays.equals(guess.text, 0, guess.text.length, in, at, at + guess.text.length);
    matched = fits ? guess : null;
    return fits && guess != null ? guess.text.length : 0;
  }

  private @Nullable CacheEntry expectedNext() {
    var guess = last == null ? first : last.nextInBody;
    return guess == null || guess.forgotten ? null : guess;
  }

  /// The entry of a series text, created if necessary.
  CacheEntry find(SeriesText series) throws ExpositionException {
    var guess = matched;
    matched = null;
    if (guess == null || guess.text.length != series.to() - series.from()) {
      guess = expectedNext();
      if (guess == null
          || !Arrays.equals(
              guess.text, 0, guess.text.length, series.bytes(), series.from(), series.to())) {
        guess = lookUp(series);
      }
    }
    if (last == null) {
      first = guess;
    } else {
      last.nextInBody = guess;
    }
    last = guess;
    return guess;
  }

  /// The labels of a series text, without caching them: for samples over the limit.
  @Nullable Labels mutateUncached(SeriesText series) throws ExpositionException {
    matched = null;
    return mutator.mutate(series);
  }

  private CacheEntry lookUp(SeriesText series) throws ExpositionException {
    int hash = hash(series.bytes(), series.from(), series.to());
    for (var one = table[hash & (table.length - 1)]; one != null; one = one.nextInBucket) {
      if (one.hash == hash
          && Arrays.equals(
              one.text, 0, one.text.length, series.bytes(), series.from(), series.to())) {
        return one;
      }
    }
    var made =
        new CacheEntry(
            Arrays.copyOfRange(series.bytes(), series.from(), series.to()),
            hash,
            mutator.mutate(series));
    added += made.ref == null ? 0 : 1;
    if (++size > table.length) {
      grow();
    }
    chain(made);
    return made;
  }

  private void chain(CacheEntry one) {
    int bucket = one.hash & (table.length - 1);
    one.nextInBucket = table[bucket];
    table[bucket] = one;
  }

  private void grow() {
    var before = table;
    table = new CacheEntry[before.length * 2];
    for (var head : before) {
      for (var one = head; one != null; ) {
        var after = one.nextInBucket;
        chain(one);
        one = after;
      }
    }
  }

  private static int hash(byte[] in, int from, int to) {
    long hash = (long) to - from;
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(in, at)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    for (; at < to; at++) {
      hash = (hash ^ in[at]) * 0x9E3779B97F4A7C15L;
    }
    return (int) (hash ^ (hash >>> 29));
  }

  /// Marks a series as seen in this scrape.
  ///
  /// @param tracked whether it gets a stale marker when it disappears
  /// @return false if it was seen before
  boolean mark(CacheEntry one, boolean tracked) {
    boolean again = one.lastRound == round;
    one.lastRound = round;
    if (tracked && !again) {
      current.add(one);
    }
    return !again;
  }

  /// Marks a dropped series as seen, so that it stays cached.
  void markDropped(CacheEntry one) {
    one.lastRound = round;
  }

  /// Ends a successful scrape: evicts unseen entries.
  ///
  /// @return the series that need a stale marker
  List<Labels> commit() {
    var gone = new ArrayList<Labels>(inherited);
    for (var one : live) {
      if (one.lastRound != round) {
        addLabels(one, gone);
      }
    }
    if (!gone.isEmpty()) {
      gone.removeAll(currentLabels()); // another text, or an earlier configuration, maps to
      // the same series
    }
    inherited = List.of();
    live = current;
    evictUnseen();
    sizeWhenGood = size;
    return gone;
  }

  /// Ends a failed scrape.
  ///
  /// @return all live series, which need a stale marker
  List<Labels> fail() {
    var gone = new ArrayList<>(liveSeries());
    inherited = List.of();
    live = new ArrayList<>();
    if (size > 2 * sizeWhenGood + FAILED_SCRAPE_SLACK) {
      round++; // marks all as unseen
      evictUnseen();
    }
    return gone;
  }

  /// The series that need a stale marker if the target disappears now.
  List<Labels> liveSeries() {
    var all = new ArrayList<Labels>(inherited);
    for (var one : live) {
      addLabels(one, all);
    }
    return all;
  }

  /// Takes over the live series of the same target under the previous configuration.
  void inherit(List<Labels> earlier) {
    inherited = List.copyOf(earlier);
  }

  private Set<Labels> currentLabels() {
    var now = new HashSet<Labels>();
    for (var one : current) {
      addLabels(one, now);
    }
    return now;
  }

  private static void addLabels(CacheEntry one, Collection<Labels> to) {
    var labels = one.labels();
    if (labels != null) {
      to.add(labels);
    }
  }

  private void evictUnseen() {
    for (int i = 0; i < table.length; i++) {
      CacheEntry kept = null;
      for (var one = table[i]; one != null; ) {
        var after = one.nextInBucket;
        if (one.lastRound == round) {
          one.nextInBucket = kept;
          kept = one;
        } else {
          size--;
          one.forgotten = true;
          one.nextInBody = null;
        }
        one = after;
      }
      table[i] = kept;
    }
  }

  /// Number of series that this scrape added.
  int added() {
    return added;
  }

  /// The labels of all series seen so far in this scrape.
  List<Labels> seen() {
    var all = new ArrayList<Labels>();
    for (var head : table) {
      for (var one = head; one != null; one = one.nextInBucket) {
        if (one.lastRound == round) {
          addLabels(one, all);
        }
      }
    }
    return all;
  }
}

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

/// What one target's series became: the labels under which they are stored, and which of them live.
/// For one thread.
///
/// Series are found by the bytes of their text. Targets show them in the same order again and
/// again, so the one that followed last time is tried first, and most texts are compared once and
/// never hashed.
final class ScrapeCache {

  /// A body that failed may leave so many series more than the last good one had.
  private static final int FAILED_SCRAPE_SLACK = 1000;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// Makes the labels to store of those that a target shows; nothing when relabelling drops the
  /// series.
  @FunctionalInterface
  interface Mutator {
    @Nullable Labels mutate(SeriesText shown) throws ExpositionException;
  }

  /// One series of the target.
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

    /// What it is stored as; nothing when relabelling drops it.
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

  /// How many series the last good round had that are stored.
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

  /// The length of the text of the series that followed last time, when it stands at a place; else
  /// 0.
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

  /// The series of a text, made when it is not known.
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

  /// The labels of a text without keeping anything: for bodies with more series than are allowed.
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
    int place = one.hash & (table.length - 1);
    one.nextInBucket = table[place];
    table[place] = one;
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

  /// Notes that a series is in this round; false when it was noted before.
  ///
  /// @param tracked whether it gets a stale marker once it is gone
  boolean mark(CacheEntry one, boolean tracked) {
    boolean again = one.lastRound == round;
    one.lastRound = round;
    if (tracked && !again) {
      current.add(one);
    }
    return !again;
  }

  /// Notes a series that relabelling drops, so that it is not forgotten.
  void markDropped(CacheEntry one) {
    one.lastRound = round;
  }

  /// Ends a round that went well: returns the series that need a stale marker, and forgets those
  /// that were not seen.
  List<Labels> commit() {
    var gone = new ArrayList<Labels>(inherited);
    for (var one : live) {
      if (one.lastRound != round) {
        addLabels(one, gone);
      }
    }
    if (!gone.isEmpty()) {
      gone.removeAll(currentLabels()); // another text, or an earlier configuration, made the same
      // series
    }
    inherited = List.of();
    live = current;
    evictUnseen();
    sizeWhenGood = size;
    return gone;
  }

  /// Ends a round that failed: every series that lived needs a stale marker.
  List<Labels> fail() {
    var gone = new ArrayList<>(liveSeries());
    inherited = List.of();
    live = new ArrayList<>();
    if (size > 2 * sizeWhenGood + FAILED_SCRAPE_SLACK) {
      round++; // none of them counts as seen
      evictUnseen();
    }
    return gone;
  }

  /// The series that would need a stale marker, were the target to end now.
  List<Labels> liveSeries() {
    var all = new ArrayList<Labels>(inherited);
    for (var one : live) {
      addLabels(one, all);
    }
    return all;
  }

  /// Takes over the series that the same target had under an earlier configuration.
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

  /// Series that this round showed for the first time.
  int added() {
    return added;
  }

  /// The labels of all series that this round has shown so far.
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

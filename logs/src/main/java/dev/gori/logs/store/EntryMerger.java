package dev.gori.logs.store;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.life.Cancellation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Merges sorted inputs (chunks and slices of heads) by timestamp and removes duplicates.
final class EntryMerger {

  /*
   * Each run is ordered by itself. The queue holds the runs by their next moment, then stream,
   * then age of the source. A chunk that was not read yet stands at its first possible moment
   * and before every run that was read, so it is read before anything at that moment is given.
   * Therefore all entries of one stream and moment come one after the other, and the lines at
   * that place are enough to find the doubles.
   */

  /// Loads an input when the merge reaches it.
  interface Loader {
    List<LogEntry> load() throws IOException;
  }

  private static final class SortedInput {
    final Labels stream;
    final long source;
    final @Nullable Loader load;
    List<LogEntry> entries;
    boolean isLoaded;
    int at;
    long key;

    SortedInput(Labels stream, long source, @Nullable Loader load, List<LogEntry> entries) {
      this.stream = stream;
      this.source = source;
      this.load = load;
      this.entries = entries;
      this.isLoaded = load == null;
    }
  }

  private final LogSelector selector;
  private final boolean forward;
  private final PriorityQueue<SortedInput> queue;

  EntryMerger(LogSelector selector, LogStore.Direction direction) {
    this.selector = selector;
    this.forward = direction == LogStore.Direction.FORWARD;
    Comparator<SortedInput> byStreamAndSource =
        Comparator.<SortedInput, Labels>comparing(run -> run.stream)
            .thenComparingLong(run -> run.source);
    Comparator<SortedInput> byKey = Comparator.comparingLong(run -> run.key);
    this.queue =
        new PriorityQueue<>(
            (forward ? byKey : byKey.reversed())
                .thenComparing(run -> run.isLoaded)
                .thenComparing(forward ? byStreamAndSource : byStreamAndSource.reversed()));
  }

  /// @param source rank of the input; of two inputs the one with later arrivals has the higher rank
  void add(Labels stream, long source, List<LogEntry> entries) {
    enqueue(new SortedInput(stream, source, null, entries));
  }

  void add(Labels stream, long source, long min, long max, Loader load) {
    var run = new SortedInput(stream, source, load, List.of());
    run.key = forward ? Math.max(min, selector.fromNanos()) : Math.min(max, selector.toNanos() - 1);
    queue.add(run);
  }

  private void enqueue(SortedInput run) {
    run.at = forward ? 0 : run.entries.size() - 1;
    next(run);
  }

  /// Puts an input back into the queue if it has a next entry. An exhausted input releases its
  /// entries: inputs live as long as the query, and one in the old generation would keep its
  /// entries alive until a full garbage collection.
  private void next(SortedInput run) {
    if (run.at >= 0 && run.at < run.entries.size()) {
      run.key = run.entries.get(run.at).nanos();
      queue.add(run);
    } else {
      run.entries = List.of();
    }
  }

  void visit(LogStore.Visitor visitor) throws IOException {
    var doubles = new DuplicateFilter();
    for (var run = queue.poll(); run != null; run = queue.poll()) {
      if (!run.isLoaded) {
        load(run);
        continue;
      }
      Cancellation.check();
      var entry = run.entries.get(run.at);
      run.at += forward ? 1 : -1;
      next(run);
      if (doubles.isNew(run.stream, entry) && !visitor.take(run.stream, entry)) {
        return;
      }
    }
  }

  /// The lines of one stream at one timestamp; almost always one line.
  private static final class DuplicateFilter {
    private Labels stream = Labels.EMPTY;
    private long nanos = Long.MIN_VALUE;
    private String first = "";
    private final Set<String> others = new HashSet<>();

    boolean isNew(Labels nextStream, LogEntry entry) {
      if (entry.nanos() != nanos || !nextStream.equals(stream)) {
        nanos = entry.nanos();
        stream = nextStream;
        first = entry.line();
        others.clear();
        return true;
      }
      return !entry.line().equals(first) && others.add(entry.line());
    }
  }

  private void load(SortedInput run) throws IOException {
    Cancellation.check();
    if (run.load != null) {
      var inside = new ArrayList<LogEntry>();
      for (var entry : run.load.load()) {
        if (entry.nanos() >= selector.fromNanos() && entry.nanos() < selector.toNanos()) {
          inside.add(entry);
        }
      }
      run.entries = inside;
    }
    run.isLoaded = true;
    enqueue(run);
  }
}

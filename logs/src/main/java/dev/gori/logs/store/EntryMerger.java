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
   * Each input is sorted. The queue orders the inputs by their next timestamp, then by stream,
   * then by the rank of the source. A chunk that is not loaded yet has its first possible
   * timestamp as key and comes before every loaded input with the same key, so it is loaded before
   * the visitor gets an entry of that timestamp. Therefore all entries of one stream and timestamp
   * are adjacent, and the lines of that timestamp suffice to find duplicates.
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
        Comparator.<SortedInput, Labels>comparing(input -> input.stream)
            .thenComparingLong(input -> input.source);
    Comparator<SortedInput> byKey = Comparator.comparingLong(input -> input.key);
    this.queue =
        new PriorityQueue<>(
            (forward ? byKey : byKey.reversed())
                .thenComparing(input -> input.isLoaded)
                .thenComparing(forward ? byStreamAndSource : byStreamAndSource.reversed()));
  }

  /// @param source rank of the input; of two inputs the one with later arrivals has the higher rank
  void add(Labels stream, long source, List<LogEntry> entries) {
    enqueue(new SortedInput(stream, source, null, entries));
  }

  void add(Labels stream, long source, long min, long max, Loader load) {
    var input = new SortedInput(stream, source, load, List.of());
    input.key =
        forward ? Math.max(min, selector.fromNanos()) : Math.min(max, selector.toNanos() - 1);
    queue.add(input);
  }

  private void enqueue(SortedInput input) {
    input.at = forward ? 0 : input.entries.size() - 1;
    next(input);
  }

  /// Puts an input back into the queue if it has a next entry. An exhausted input releases its
  /// entries: inputs live as long as the query, and one in the old generation would keep its
  /// entries alive until a full garbage collection.
  private void next(SortedInput input) {
    if (input.at >= 0 && input.at < input.entries.size()) {
      input.key = input.entries.get(input.at).nanos();
      queue.add(input);
    } else {
      input.entries = List.of();
    }
  }

  void visit(LogStore.Visitor visitor) throws IOException {
    var duplicates = new DuplicateFilter();
    for (var input = queue.poll(); input != null; input = queue.poll()) {
      if (!input.isLoaded) {
        load(input);
        continue;
      }
      Cancellation.check();
      var entry = input.entries.get(input.at);
      input.at += forward ? 1 : -1;
      next(input);
      if (duplicates.isNew(input.stream, entry) && !visitor.take(input.stream, entry)) {
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

  private void load(SortedInput input) throws IOException {
    Cancellation.check();
    if (input.load != null) {
      var inside = new ArrayList<LogEntry>();
      for (var entry : input.load.load()) {
        if (entry.nanos() >= selector.fromNanos() && entry.nanos() < selector.toNanos()) {
          inside.add(entry);
        }
      }
      input.entries = inside;
    }
    input.isLoaded = true;
    enqueue(input);
  }
}

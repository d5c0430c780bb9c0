package dev.gori.logs.store;

import dev.gori.kernel.label.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// The entries that are in memory and in the journal, but in no segment yet. The caller holds the
/// store's lock.
final class Head {

  /// One stream's entries by timestamp; entries with equal timestamps in order of arrival.
  private static final class StreamEntries {
    final ArrayList<LogEntry> entries = new ArrayList<>();

    /// @return false when the head already has the entry
    boolean add(LogEntry entry) {
      int at = placeAfter(entry.nanos());
      for (int i = at - 1; i >= 0 && entries.get(i).nanos() == entry.nanos(); i--) {
        if (entries.get(i).line().equals(entry.line())) {
          return false;
        }
      }
      entries.add(at, entry);
      return true;
    }

    boolean has(LogEntry entry) {
      for (int i = placeAfter(entry.nanos()) - 1;
          i >= 0 && entries.get(i).nanos() == entry.nanos();
          i--) {
        if (entries.get(i).line().equals(entry.line())) {
          return true;
        }
      }
      return false;
    }

    /// Returns the index of the first entry after a timestamp.
    int placeAfter(long nanos) {
      int low = 0;
      int high = entries.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (entries.get(middle).nanos() <= nanos) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    List<LogEntry> between(long from, long to) {
      return List.copyOf(entries.subList(placeAfter(from - 1), placeAfter(to - 1)));
    }
  }

  /// A copy of one stream's entries for a reader.
  record Slice(Labels stream, List<LogEntry> entries) {}

  private final TreeMap<Labels, StreamEntries> streams = new TreeMap<>();
  private long bytes;
  private int count;

  boolean add(Labels stream, LogEntry entry) {
    boolean isNew = streams.computeIfAbsent(stream, _ -> new StreamEntries()).add(entry);
    if (isNew) {
      bytes += entry.weight();
      count++;
    }
    return isNew;
  }

  boolean has(Labels stream, LogEntry entry) {
    var known = streams.get(stream);
    return known != null && known.has(entry);
  }

  boolean hasStream(Labels stream) {
    return streams.containsKey(stream);
  }

  boolean isEmpty() {
    return count == 0;
  }

  long bytes() {
    return bytes;
  }

  int streamCount() {
    return streams.size();
  }

  /// Copies the entries that the selector matches, stream by stream.
  List<Slice> slices(LogSelector selector) {
    var slices = new ArrayList<Slice>();
    streams.forEach(
        (stream, known) -> {
          if (selector.matches(stream)) {
            var entries = known.between(selector.fromNanos(), selector.toNanos());
            if (!entries.isEmpty()) {
              slices.add(new Slice(stream, entries));
            }
          }
        });
    return slices;
  }

  /// All entries, stream by stream in order.
  List<Slice> all() {
    var slices = new ArrayList<Slice>();
    streams.forEach((stream, known) -> slices.add(new Slice(stream, known.entries)));
    return slices;
  }
}

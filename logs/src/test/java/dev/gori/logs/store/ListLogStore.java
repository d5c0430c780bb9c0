package dev.gori.logs.store;

import dev.gori.kernel.label.Labels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The model: a list. What the store on disk does must be what this does.
final class ListLogStore implements LogStore {

  private record Line(Labels stream, LogEntry entry) {}

  private record Key(Labels stream, long nanos, String line) {}

  private final List<Line> lines = new ArrayList<>();
  private final Set<Key> known = new HashSet<>();

  @Override
  public PushResult push(List<StreamBatch> batches) {
    int stored = 0;
    int doubles = 0;
    for (var batch : batches) {
      for (var entry : batch.entries()) {
        if (known.add(new Key(batch.stream(), entry.nanos(), entry.line()))) {
          lines.add(new Line(batch.stream(), entry));
          stored++;
        } else {
          doubles++;
        }
      }
    }
    return new PushResult(stored, doubles, List.of());
  }

  @Override
  public void read(LogSelector selection, Direction direction, Visitor visitor) {
    var found =
        new ArrayList<>(
            lines.stream()
                .filter(line -> selection.matches(line.stream()))
                .filter(
                    line ->
                        line.entry().nanos() >= selection.fromNanos()
                            && line.entry().nanos() < selection.toNanos())
                .sorted(
                    Comparator.<Line>comparingLong(line -> line.entry().nanos())
                        .thenComparing(Line::stream))
                .toList());
    if (direction == Direction.BACKWARD) {
      Collections.reverse(found);
    }
    for (var line : found) {
      if (!visitor.take(line.stream(), line.entry())) {
        return;
      }
    }
  }

  @Override
  public List<Labels> streams(LogSelector selection) {
    var streams = new TreeSet<Labels>();
    read(selection, Direction.FORWARD, (stream, entry) -> streams.add(stream) || true);
    return List.copyOf(streams);
  }

  @Override
  public Volume volume(LogSelector selection) {
    var count = new long[1];
    read(selection, Direction.FORWARD, (stream, entry) -> ++count[0] > 0);
    return new Volume(streams(selection).size(), 0, count[0], 0);
  }

  @Override
  public void flush() {}

  @Override
  public Maintenance maintain() {
    return new Maintenance(false, 0);
  }

  @Override
  public Status status() {
    return new Status(0, 0, 0, 0);
  }

  @Override
  public void close() {}
}

package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.roaringbitmap.RoaringBitmap;

/// The inverted index of the head. Guarded by the head's lock.
final class MemPostings implements Postings {

  private static final RoaringBitmap NONE = new RoaringBitmap();

  private final RoaringBitmap all = new RoaringBitmap();
  private final Map<String, Map<String, RoaringBitmap>> byName = new HashMap<>();

  void add(int series, Labels labels) {
    all.add(series);
    labels.forEach(
        (name, value) ->
            byName
                .computeIfAbsent(name, _ -> new HashMap<>())
                .computeIfAbsent(value, _ -> new RoaringBitmap())
                .add(series));
  }

  void remove(int series, Labels labels) {
    all.remove(series);
    labels.forEach(
        (name, value) -> {
          var values = byName.getOrDefault(name, Map.of());
          var bitmap = values.get(value);
          if (bitmap != null) {
            bitmap.remove(series);
            if (bitmap.isEmpty()) {
              values.remove(value);
            }
            if (values.isEmpty()) {
              byName.remove(name);
            }
          }
        });
  }

  Set<String> names() {
    return byName.keySet();
  }

  @Override
  public RoaringBitmap all() {
    return all;
  }

  @Override
  public RoaringBitmap of(String name, String value) {
    return byName.getOrDefault(name, Map.of()).getOrDefault(value, NONE);
  }

  @Override
  public void values(String name, BiConsumer<String, RoaringBitmap> each) {
    byName.getOrDefault(name, Map.of()).forEach(each);
  }

  /// The metrics with most series.
  List<TsdbStats.Top> topMetrics(int most) {
    return top(
        most,
        byName.getOrDefault(Labels.NAME, Map.of()).entrySet().stream()
            .map(
                entry -> new TsdbStats.Top(entry.getKey(), entry.getValue().getLongCardinality())));
  }

  /// The labels with most values.
  List<TsdbStats.Top> topLabels(int most) {
    return top(
        most,
        byName.entrySet().stream()
            .map(entry -> new TsdbStats.Top(entry.getKey(), entry.getValue().size())));
  }

  /// The label pairs `name=value` with most series.
  List<TsdbStats.Top> topPairs(int most) {
    return top(
        most,
        byName.entrySet().stream()
            .flatMap(
                name ->
                    name.getValue().entrySet().stream()
                        .map(
                            value ->
                                new TsdbStats.Top(
                                    name.getKey() + "=" + value.getKey(),
                                    value.getValue().getLongCardinality()))));
  }

  /// The labels whose values take most bytes.
  List<TsdbStats.Top> topMemory(int most) {
    return top(
        most,
        byName.entrySet().stream()
            .map(
                name ->
                    new TsdbStats.Top(
                        name.getKey(),
                        name.getValue().keySet().stream().mapToLong(String::length).sum())));
  }

  int pairs() {
    return byName.values().stream().mapToInt(Map::size).sum();
  }

  private static List<TsdbStats.Top> top(int most, Stream<TsdbStats.Top> all) {
    return all.sorted(
            Comparator.comparingLong(TsdbStats.Top::count)
                .reversed()
                .thenComparing(TsdbStats.Top::name))
        .limit(most)
        .toList();
  }
}

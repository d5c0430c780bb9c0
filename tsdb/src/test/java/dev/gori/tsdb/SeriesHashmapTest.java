package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import java.util.ArrayList;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SeriesHashmapTest {

  /// Few distinct values, so that hashes collide, also for different labels.
  private static Labels labels(Random random) {
    return Labels.of("a", "" + random.nextInt(40), "b", random.nextBoolean() ? "Aa" : "BB");
  }

  @Test
  void it_holds_what_maps_would_hold_whatever_comes_and_goes() {
    for (long seed = 1; seed <= 200; seed++) {
      var random = new Random(seed);
      var table = new SeriesHashmap();
      var expected = new TreeMap<Labels, MemSeries>();
      int number = random.nextInt(3_000);
      for (int step = 0; step < 400; step++) {
        var labels = labels(random);
        var there = expected.get(labels);
        if (there == null) {
          var series = new MemSeries(number += 1 + random.nextInt(30), labels);
          expected.put(labels, series);
          table.add(series);
        } else if (random.nextInt(3) > 0) {
          expected.remove(labels);
          table.remove(there);
          assertThat(table.find(there.ref)).as("seed %d", seed).isNull();
        }
        assertThat(table.find(labels)).as("seed %d", seed).isSameAs(expected.get(labels));
      }
      check(seed, table, expected);
    }
  }

  private static void check(long seed, SeriesHashmap table, TreeMap<Labels, MemSeries> expected) {
    assertThat(table.size()).as("seed %d", seed).isEqualTo(expected.size());
    expected.forEach(
        (labels, series) -> {
          assertThat(table.find(labels)).as("seed %d", seed).isSameAs(series);
          assertThat(table.find(series.ref)).as("seed %d", seed).isSameAs(series);
        });
    var numbers = new ArrayList<Integer>();
    table.forEach(series -> numbers.add(series.ref));
    assertThat(numbers).as("seed %d", seed).isSorted().hasSize(expected.size());
  }

  @Test
  void a_series_that_is_not_there_is_removed_without_harm() {
    var table = new SeriesHashmap();
    var there = new MemSeries(7, Labels.of("a", "1"));
    table.add(there);
    table.remove(new MemSeries(7, Labels.of("a", "1")));
    table.remove(new MemSeries(7_000, Labels.of("a", "1")));
    assertThat(table).containsExactly(there);
    assertThat(table.find(100_000)).isNull();
  }
}

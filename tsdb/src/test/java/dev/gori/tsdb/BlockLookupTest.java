package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A block finds each value of a label, whatever the number of values, and no others.
final class BlockLookupTest {

  private static final TsdbSettings SETTINGS =
      new TsdbSettings(Duration.ofMinutes(10), Duration.ofHours(4), new Bytes(0), 100_000);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 33, 63, 64, 65, 3000})
  void everyValueIsFound(int values) throws IOException {
    var disk = new FaultyDisk(new Random(1));
    try (var db = Tsdb.open(disk, Path.of("/data/tsdb"), SETTINGS, new ManualClock())) {
      var all = new TreeSet<String>();
      var batch = new AppendBatch();
      for (int i = 0; i < values; i++) {
        all.add("v" + i * 7);
        batch.add(Labels.of(Labels.NAME, "m", "i", "v" + i * 7), 0, i);
      }
      db.append(batch);
      db.append(new AppendBatch().add(Labels.of(Labels.NAME, "later"), 3_600_000, 1));
      db.maintain();
      assertThat(db.stats().blocks()).isEqualTo(1);
      assertThat(db.labelValues("i", List.of(), 0, 1)).isEqualTo(all);
      for (int i = 0; i < values * 7; i++) {
        var found = db.select(List.of(Matcher.equal("i", "v" + i)), 0, 1);
        assertThat(found).as("v%d", i).hasSize(i % 7 == 0 ? 1 : 0);
        if (!found.isEmpty()) {
          assertThat(found.getFirst().labels().get("i")).isEqualTo("v" + i);
        }
      }
      for (var none : List.of("", "a", "v", "w", "\uffff")) {
        assertThat(db.select(List.of(Matcher.equal("i", none)), 0, 1)).as("'%s'", none).hasSize(0);
      }
    }
  }
}

package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A stale series reference must never lead samples to another series.
@ExtendWith(NoLeaks.class)
final class SeriesRefTest {

  private static final TsdbSettings SMALL =
      new TsdbSettings(Duration.ofMinutes(10), Duration.ofHours(20), new Bytes(0), 1000);
  private static final Labels LABELS = Labels.of(Labels.NAME, "m", "instance", "i");

  private static Tsdb open(FaultyDisk disk) throws IOException {
    return Tsdb.open(disk, Path.of("/data/tsdb"), SMALL, new ManualClock());
  }

  private static List<Double> values(Tsdb db) {
    var all = new ArrayList<Double>();
    for (var series : db.select(List.of(Matcher.equal(Labels.NAME, "m")), 0, 1_000_000)) {
      var read = new SampleBuffer(8);
      series.read(read);
      for (int i = 0; i < read.size(); i++) {
        all.add(read.valueAt(i));
      }
    }
    return all;
  }

  private static void write(Tsdb db, SeriesRef series, long millis) {
    assertThat(db.append(new AppendBatch().add(series, millis, millis)).stored()).isEqualTo(1);
  }

  @Test
  void samples_go_to_the_same_series_with_and_without_it() throws IOException {
    try (var db = open(new FaultyDisk(new Random(1)))) {
      var series = new SeriesRef(LABELS);
      write(db, series, 1);
      write(db, series, 2);
      assertThat(db.append(new AppendBatch().add(LABELS, 3, 3)).stored()).isEqualTo(1);
      write(db, new SeriesRef(LABELS), 4);
      write(db, series, 5);
      assertThat(values(db)).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
      assertThat(series.labels()).isEqualTo(LABELS).isNotSameAs(LABELS);
    }
  }

  @Test
  void a_series_that_was_deleted_is_made_anew() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    var series = new SeriesRef(LABELS);
    try (var db = open(disk)) {
      write(db, series, 1);
      write(db, series, 2);
      db.delete(List.of(List.of(Matcher.equal(Labels.NAME, "m"))), 0, 1_000);
      assertThat(db.stats().series()).isZero();
      write(db, series, 3);
      assertThat(values(db)).containsExactly(3.0);
    }
    try (var db = open(disk)) {
      assertThat(values(db)).containsExactly(3.0);
    }
  }

  @Test
  void another_store_has_its_own() throws IOException {
    try (var one = open(new FaultyDisk(new Random(1)));
        var other = open(new FaultyDisk(new Random(2)))) {
      var series = new SeriesRef(LABELS);
      write(other, new SeriesRef(Labels.of(Labels.NAME, "else")), 1);
      write(one, series, 1);
      write(one, series, 2);
      write(other, series, 3);
      write(one, series, 4);
      assertThat(values(one)).containsExactly(1.0, 2.0, 4.0);
      assertThat(values(other)).containsExactly(3.0);
    }
  }
}

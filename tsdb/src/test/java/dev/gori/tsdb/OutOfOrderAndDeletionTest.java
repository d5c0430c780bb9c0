package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Out-of-order samples, deletion, and snapshots.
@ExtendWith(NoLeaks.class)
final class OutOfOrderAndDeletionTest {

  private static final Path FOLDER = Path.of("/data/tsdb");
  private static final TsdbSettings SMALL =
      new TsdbSettings(Duration.ofMinutes(10), Duration.ofHours(20), new Bytes(0), 1000);
  private static final TsdbSettings WINDOW = SMALL.withOutOfOrder(Duration.ofHours(1));
  private static final long STEP = 15_000;

  private final FaultyDisk disk = new FaultyDisk(new Random(1));
  private final ManualClock time = new ManualClock();

  private Tsdb open(TsdbSettings settings) throws IOException {
    return Tsdb.open(disk, FOLDER, settings, time);
  }

  private static Labels series(int i) {
    return Labels.of(Labels.NAME, "m", "i", String.valueOf(i));
  }

  /// The timestamps of each series' samples, in steps; checks every value.
  private static TreeMap<String, List<Integer>> read(Tsdb db) {
    var all = new TreeMap<String, List<Integer>>();
    for (var one : db.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
      var samples = new SampleBuffer(64);
      one.read(samples);
      var steps = new ArrayList<Integer>();
      for (int i = 0; i < samples.size(); i++) {
        steps.add((int) (samples.millisAt(i) / STEP));
        assertThat(samples.valueAt(i)).isEqualTo(samples.millisAt(i) / STEP * 0.5);
      }
      if (!steps.isEmpty()) {
        all.put(one.labels().get("i"), steps);
      }
    }
    return all;
  }

  private static AppendResult append(Tsdb db, int series, int step) {
    return db.append(new AppendBatch().add(series(series), step * STEP, step * 0.5));
  }

  private static List<Integer> steps(int from, int to) {
    var all = new ArrayList<Integer>();
    for (int i = from; i < to; i++) {
      all.add(i);
    }
    return all;
  }

  @Test
  void aShuffledHourIsReadInOrderFromHeadBlocksAndAfterRestarts() throws IOException {
    var random = new Random(3);
    var order = steps(0, 600);
    for (int at = 0; at + 100 <= 600; at += 100) {
      Collections.shuffle(
          order.subList(at, at + 100), random); // 25 minutes, more than two block ranges
    }
    var written = new ArrayList<Integer>();
    for (int boot = 0; boot < 6; boot++) {
      try (var db = open(WINDOW)) {
        for (int step : order.subList(boot * 100, boot * 100 + 100)) {
          assertThat(append(db, 1, step).stored()).isEqualTo(1);
          written.add(step);
          if (step % 9 == 0) {
            db.maintain();
          }
        }
        Collections.sort(written);
        assertThat(read(db)).containsExactly(Map.entry("1", written));
      }
    }
    try (var db = open(WINDOW)) {
      for (int i = 0; i < 3; i++) {
        db.maintain();
      }
      assertThat(read(db)).containsExactly(Map.entry("1", steps(0, 600)));
      assertThat(db.stats().blocks()).isPositive();
      assertThat(db.takeNotices()).isEmpty();
    }
  }

  @Test
  void whatIsLateIsJudgedByTheWindow() throws IOException {
    try (var db = open(WINDOW)) {
      for (int step = 1000; step < 1100; step += 2) {
        append(db, 1, step);
        db.maintain();
      }
      var done =
          db.append(
              new AppendBatch()
                  .add(series(1), 1001 * STEP, 500.5) // out of order
                  .add(series(1), 1001 * STEP, 500.5) // duplicate
                  .add(series(1), 1001 * STEP, 7) // with another value
                  .add(series(1), 1096 * STEP, 548) // stored already, in order
                  .add(series(1), 1096 * STEP, 3)
                  .add(series(2), 1003 * STEP, 501.5) // a series with out-of-order samples only
                  .add(series(1), 857 * STEP, 1)); // before the window
      assertThat(done.floats()).isEqualTo(new AppendResult.Count(4, 0, 2, 1, 0, 0));
      assertThat(done.rejections().getLast().reason()).contains("too old", "i=\"1\"");
      assertThat(read(db).get("1")).contains(1001).hasSize(51);
      assertThat(read(db).get("2")).containsExactly(1003);
    }
  }

  @Test
  void lateHistogramsMakeNoResetOfTheirOwn() throws IOException {
    var source = new Histograms(5);
    var all = new ArrayList<FloatHistogram>();
    for (int i = 0; i < 200; i++) {
      all.add(source.more(2));
    }
    try (var db = open(WINDOW)) {
      for (int pass = 0; pass < 2; pass++) {
        for (int i = pass; i < 200; i += 2) {
          assertThat(
                  db.append(new AppendBatch().add(series(1), i * STEP, all.get(i)))
                      .histograms()
                      .stored())
              .isEqualTo(1);
        }
      }
      db.maintain();
      var read = new SampleBuffer(64);
      db.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE).forEach(series -> series.read(read));
      assertThat(read.size()).isEqualTo(200);
      for (int i = 0; i < 200; i++) {
        var found = read.histogramAt(i);
        assertThat(found != null && found.sameAs(all.get(i)) && found.hint() != ResetHint.RESET)
            .as("%d: %s", i, found)
            .isTrue();
      }
    }
  }

  @Test
  void deletedSamplesAreGoneFromHeadAndBlocksAndStayGone() throws IOException {
    try (var db = open(SMALL)) {
      for (int step = 0; step < 130; step++) {
        append(db, 1, step);
        append(db, 2, step);
        db.maintain();
      }
      assertThat(db.stats().blocks()).isEqualTo(2);
      db.delete(List.of(List.of(Matcher.equal("i", "1"))), 30 * STEP, 50 * STEP);
      db.delete(List.of(List.of(Matcher.equal("i", "1"))), 45 * STEP, 100 * STEP);
      db.delete(
          List.of(
              List.of(Matcher.equal("i", "1"), Matcher.equal("j", "x")),
              List.of(Matcher.equal("i", "2"))),
          125 * STEP,
          200 * STEP);
      checkDeleted(db);
      append(db, 2, 130);
    }
    try (var db = open(SMALL)) {
      assertThat(read(db).get("2")).endsWith(124, 130);
      db.delete(List.of(List.of(Matcher.equal("i", "2"))), 130 * STEP, 130 * STEP);
      checkDeleted(db);
      long before = db.stats().blockSamples();
      db.cleanTombstones();
      assertThat(db.stats().blockSamples())
          .isEqualTo(before - 50); // of series 1 the steps 30 to 79
      assertThat(disk.files()).noneMatch(file -> file.toString().endsWith(".tombstones"));
      checkDeleted(db);
    }
    try (var db = open(SMALL)) {
      checkDeleted(db);
      db.delete(List.of(List.of()), Long.MIN_VALUE, Long.MAX_VALUE);
      db.cleanTombstones();
      assertThat(db.stats().blocks()).isZero();
      assertThat(db.stats().series()).isZero();
    }
  }

  private static void checkDeleted(Tsdb db) {
    var one = steps(0, 30);
    one.addAll(steps(101, 130));
    assertThat(read(db)).isEqualTo(new TreeMap<>(Map.of("1", one, "2", steps(0, 125))));
  }

  @Test
  void damagedTombstonesAreSetAside() throws IOException {
    try (var db = open(SMALL)) {
      for (int step = 0; step < 80; step++) {
        append(db, 1, step);
        db.maintain();
      }
      db.delete(List.of(List.of()), 0, 10 * STEP);
    }
    var file =
        disk.files().stream()
            .filter(f -> f.toString().endsWith(".tombstones"))
            .findFirst()
            .orElseThrow();
    disk.flipBit(file, disk.size(file) - 1);
    try (var db = open(SMALL)) {
      assertThat(db.takeNotices())
          .singleElement()
          .asString()
          .contains("tombstones", "set aside as", "delete them again");
      assertThat(read(db).get("1")).isEqualTo(steps(0, 80));
    }
  }

  @Test
  void aSnapshotIsAStoreOfItsOwn(@TempDir Path folder) throws IOException {
    try (var db = Tsdb.open(Disk.local(), folder, SMALL, time)) {
      for (int step = 0; step < 130; step++) {
        append(db, 1, step);
        db.maintain();
      }
      db.delete(List.of(List.of()), 0, 4 * STEP);
      var all = db.snapshot("all", false);
      var blocks = db.snapshot("blocks", true);
      append(db, 1, 200);
      db.cleanTombstones();
      assertThatThrownBy(() -> db.snapshot("all", true)).hasMessageContaining("new name");
      assertThatThrownBy(() -> db.snapshot("../up", true)).hasMessageContaining("new name");
      try (var copy = Tsdb.open(Disk.local(), all, SMALL, time)) {
        assertThat(read(copy).get("1")).isEqualTo(steps(5, 130));
        assertThat(append(copy, 1, 131).stored()).isEqualTo(1);
      }
      try (var copy = Tsdb.open(Disk.local(), blocks, SMALL, time)) {
        assertThat(read(copy).get("1")).isEqualTo(steps(5, 80));
      }
    }
  }

  @Test
  void sizeCountsTheJournalToo() throws IOException {
    for (int limit : List.of(60_000, 25_000)) {
      var on = new FaultyDisk(new Random(1));
      try (var db =
          Tsdb.open(
              on,
              FOLDER,
              new TsdbSettings(
                  Duration.ofMinutes(10), Duration.ofHours(20), new Bytes(limit), 1000),
              time)) {
        for (int step = 0; step < 2000; step++) {
          for (int i = 0; i < 5; i++) {
            append(db, i, step);
          }
          db.maintain();
          var stats = db.stats();
          assertThat(stats.blocks() == 0 || stats.blockBytes() + stats.journalBytes() <= limit)
              .as("%s", stats)
              .isTrue();
        }
        assertThat(db.stats().blocks()).isPositive();
      }
    }
  }

  /// Relative to the newest exemplar of the series, here at minute 100, with a window of an hour.
  @ParameterizedTest
  @CsvSource({"0, 99, 0", "60, 99, 1", "60, 40, 1", "60, 39, 0", "60, 101, 1", "60, 100, 1"})
  void anExemplarMayBeAsLateAsTheWindowSays(int window, int minute, int stored) throws IOException {
    var settings = SMALL.withOutOfOrder(Duration.ofMinutes(window));
    try (var db = open(settings)) {
      assertThat(append(db, 1, 400).stored()).isEqualTo(1);
      exemplar(db, 100, "newest");
      assertThat(exemplar(db, minute, "a"))
          .as("one at the same time comes by the order of its labels")
          .isEqualTo(stored);
    }
    try (var db = open(SMALL)) {
      assertThat(
              db.exemplars(List.of(List.of()), 0, Long.MAX_VALUE).getFirst().exemplars().stream()
                  .map(Exemplar::millis))
          .as("in order, also after a restart without a window")
          .isSorted()
          .hasSize(1 + stored);
    }
  }

  @Test
  void exemplarsGoWithTheSamplesOfTheirTimeAndStayAway() throws IOException {
    try (var db = open(SMALL)) {
      append(db, 1, 0);
      exemplar(db, 1, "first");
      exemplar(db, 2, "second");
      exemplar(db, 3, "third");
      db.delete(List.of(List.of(Matcher.equal("i", "1"))), 60_000, 120_000);
      db.delete(List.of(List.of(Matcher.equal("i", "2"))), 0, Long.MAX_VALUE);
      assertThat(exemplars(db)).containsExactly("third");
      try (var killed = Tsdb.open(disk.afterReboot(), FOLDER, SMALL, time)) {
        assertThat(exemplars(killed)).containsExactly("third");
      }
    }
    try (var db = open(SMALL)) {
      assertThat(exemplars(db)).containsExactly("third");
    }
  }

  private static List<String> exemplars(Tsdb db) {
    return db.exemplars(List.of(List.of()), 0, Long.MAX_VALUE).stream()
        .flatMap(series -> series.exemplars().stream())
        .map(exemplar -> exemplar.labels().get("id"))
        .toList();
  }

  private static int exemplar(Tsdb db, int minute, String id) {
    var exemplar = new Exemplar(Labels.of("id", id), 1, minute * 60_000L);
    return db.append(new AppendBatch().exemplar(series(1), exemplar)).exemplars().stored();
  }

  @Test
  void aFolderOfAnotherVersionIsRejectedAndNotChanged() throws IOException {
    disk.writeWhole(FOLDER.resolve("version"), "gori tsdb 4\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> open(SMALL))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("version 'gori tsdb 4' (expected: 'gori tsdb 3')")
        .hasMessageContaining("Move it away to start with an empty store");
    disk.delete(FOLDER.resolve("version"));
    disk.writeWhole(FOLDER.resolve("journal").resolve("00000001.journal"), new byte[0]);
    assertThatThrownBy(() -> open(SMALL)).hasMessageContaining("before the first release");
    assertThat(disk.files()).hasSize(1);
    disk.rename(FOLDER, FOLDER.resolveSibling("old")); // the number in the message
    try (var db = open(SMALL)) {
      assertThat(append(db, 1, 0).stored()).isEqualTo(1);
    }
  }
}

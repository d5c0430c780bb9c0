package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.journal.SyncPolicy;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Sample;
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
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
final class TsdbTest {

  private static final Path FOLDER = Path.of("/data/tsdb");
  private static final TsdbSettings SMALL =
      new TsdbSettings(Duration.ofMinutes(10), Duration.ofHours(20), new Bytes(0), 1000);
  private static final long STEP = 15_000;

  private final FaultyDisk disk = new FaultyDisk(new Random(1));
  private final ManualClock time = new ManualClock();

  private Tsdb open() throws IOException {
    return open(disk, SMALL);
  }

  private Tsdb open(Disk on, TsdbSettings settings) throws IOException {
    return Tsdb.open(on, FOLDER, settings, time);
  }

  private static Labels series(int i) {
    return Labels.of(Labels.NAME, "m" + i % 3, "instance", "i" + i, "job", "j");
  }

  private static void fill(Tsdb db, int series, int from, int to) {
    for (int t = from; t < to; t++) {
      var batch = new AppendBatch();
      for (int i = 0; i < series; i++) {
        batch.add(series(i), t * STEP, value(i, t));
      }
      assertThat(db.append(batch).stored()).isEqualTo(series);
    }
  }

  private static double value(int series, int t) {
    return series % 2 == 0 ? t * 3.0 + series : Math.sin(t * 0.1 + series);
  }

  private static TreeMap<Labels, List<Sample>> read(
      Tsdb db, long from, long to, Matcher... matchers) {
    var all = new TreeMap<Labels, List<Sample>>();
    for (var series : db.select(List.of(matchers), from, to)) {
      var samples = new ArrayList<Sample>();
      var read = new SampleBuffer(64);
      series.read(read);
      for (int i = 0; i < read.size(); i++) {
        samples.add(new Sample(read.millisAt(i), read.valueAt(i)));
      }
      all.put(series.labels(), samples);
    }
    return all;
  }

  private static TreeMap<Labels, List<Sample>> expected(int series, int from, int to) {
    var all = new TreeMap<Labels, List<Sample>>();
    for (int i = 0; i < series; i++) {
      for (int t = from; t < to; t++) {
        all.computeIfAbsent(series(i), _ -> new ArrayList<>())
            .add(new Sample(t * STEP, value(i, t)));
      }
    }
    return all;
  }

  @Test
  void answersFromHeadBlocksAndAfterARestart() throws IOException {
    try (var db = open()) {
      for (int t = 0; t < 400; t += 20) {
        fill(db, 7, t, t + 20);
        db.maintain();
      }
      assertThat(db.stats().blocks()).isPositive();
      assertThat(read(db, 0, 400 * STEP)).isEqualTo(expected(7, 0, 400));
      assertThat(read(db, 30 * STEP, 250 * STEP)).isEqualTo(expected(7, 30, 251));
    }
    try (var db = open()) {
      assertThat(read(db, 0, 400 * STEP)).isEqualTo(expected(7, 0, 400));
      fill(db, 7, 400, 410);
      assertThat(read(db, 0, 410 * STEP)).isEqualTo(expected(7, 0, 410));
      assertThat(db.takeNotices()).isEmpty();
    }
  }

  @Test
  void whatNobodyWaitsForIsSyncedOnceASecond() throws IOException {
    try (var db = open()) {
      soon(db, 0);
      long before = disk.syncs();
      for (int t = 1; t < 10; t++) {
        soon(db, t);
      }
      assertThat(disk.syncs()).isEqualTo(before);
      time.forward(Duration.ofSeconds(1));
      soon(db, 10);
      assertThat(disk.syncs()).isEqualTo(before + 1);
      soon(db, 11);
      db.maintain();
      assertThat(disk.syncs()).as("with the housekeeping").isEqualTo(before + 2);
      soon(db, 12);
      fill(db, 2, 13, 14);
      assertThat(disk.syncs()).as("with what is acknowledged").isEqualTo(before + 3);
      time.forward(Duration.ofHours(-1));
      soon(db, 14);
      assertThat(disk.syncs()).as("when the clock was set back").isEqualTo(before + 4);
    }
  }

  @Test
  void whatNobodyWaitsForIsThereAfterAKill() throws IOException {
    var killed = open();
    for (int t = 0; t < 10; t++) {
      soon(killed, t);
    }
    try (var db = open()) { // the operating system has what the killed process wrote
      assertThat(read(db, 0, 10 * STEP)).isEqualTo(expected(2, 0, 10));
    }
    killed.close();
  }

  private static void soon(Tsdb db, int t) {
    var batch = new AppendBatch();
    for (int i = 0; i < 2; i++) {
      batch.add(series(i), t * STEP, value(i, t));
    }
    assertThat(db.append(batch, SyncPolicy.SOON).stored()).isEqualTo(2);
  }

  @Test
  void blocksAreMergedAndDroppedByAge() throws IOException {
    try (var db = open()) {
      for (int t = 0; t < 6000; t += 40) {
        fill(db, 3, t, t + 40);
        db.maintain();
      }
      assertThat(db.stats().blocks()).isBetween(10, 40);
      var oldest = read(db, 0, Long.MAX_VALUE).firstEntry().getValue().getFirst().millis();
      long newest = 5999 * STEP;
      assertThat(newest - oldest)
          .isBetween(Duration.ofHours(20).toMillis(), Duration.ofHours(22).toMillis());
      int from = (int) (oldest / STEP);
      assertThat(read(db, 0, Long.MAX_VALUE)).isEqualTo(expected(3, from, 6000));
    }
  }

  @Test
  void blocksAreDroppedBySize() throws IOException {
    var limited =
        new TsdbSettings(Duration.ofMinutes(10), Duration.ofHours(20), Bytes.kibi(40), 1000);
    try (var db = open(disk, limited)) {
      for (int t = 0; t < 2000; t += 40) {
        fill(db, 20, t, t + 40);
        db.maintain();
      }
      assertThat(db.stats().blockBytes()).isLessThanOrEqualTo(40 << 10);
      assertThat(db.stats().blocks()).isPositive();
    }
  }

  @Test
  void matchersSelect() throws IOException {
    try (var db = open()) {
      fill(db, 9, 0, 2);
      db.append(new AppendBatch().add(Labels.of(Labels.NAME, "bare"), 0, 1));
      assertThat(read(db, 0, 1, Matcher.equal(Labels.NAME, "m1"))).hasSize(3);
      assertThat(read(db, 0, 1, new Matcher("instance", Matcher.Op.MATCHES, "i[1-3]"))).hasSize(3);
      assertThat(read(db, 0, 1, new Matcher("instance", Matcher.Op.NOT_MATCHES, "i[1-3]")))
          .hasSize(7);
      assertThat(read(db, 0, 1, new Matcher("instance", Matcher.Op.NOT_EQUAL, ""))).hasSize(9);
      assertThat(read(db, 0, 1, Matcher.equal("instance", "")))
          .containsOnlyKeys(Labels.of(Labels.NAME, "bare"));
      assertThat(
              read(
                  db,
                  0,
                  1,
                  Matcher.equal("job", "j"),
                  new Matcher(Labels.NAME, Matcher.Op.NOT_EQUAL, "m0")))
          .hasSize(6);
      assertThat(read(db, 0, 1, new Matcher("job", Matcher.Op.MATCHES, "j|"))).hasSize(10);
      assertThat(db.labelNames(List.of(), 0, 1)).containsExactly("__name__", "instance", "job");
      assertThat(db.labelValues(Labels.NAME, List.of(), 0, 1))
          .containsExactly("bare", "m0", "m1", "m2");
      assertThat(db.labelValues("instance", List.of(Matcher.equal(Labels.NAME, "m2")), 0, 1))
          .containsExactly("i2", "i5", "i8");
    }
  }

  @Test
  void refusesWhatIsOutOfOrderDoubledTooOldOrTooMuch() throws IOException {
    var few = new TsdbSettings(Duration.ofMinutes(10), Duration.ofHours(20), new Bytes(0), 3);
    try (var db = open(disk, few)) {
      fill(db, 3, 0, 70);
      db.maintain();
      var done =
          db.append(
              new AppendBatch()
                  .add(series(0), 69 * STEP, value(0, 69))
                  .add(series(1), 69 * STEP, 5)
                  .add(series(2), 68 * STEP, 5)
                  .add(series(1), 0, 5)
                  .add(series(4), 70 * STEP, 5)
                  .add(series(0), 70 * STEP, 5));
      assertThat(done.stored()).isEqualTo(2);
      assertThat(done.duplicates()).isEqualTo(1);
      assertThat(done.outOfOrder()).isEqualTo(1);
      assertThat(done.tooOld()).isEqualTo(1);
      assertThat(done.overLimit()).isEqualTo(1);
      var more = db.append(new AppendBatch().add(series(5), 70 * STEP, 5));
      assertThat(more.problem().orElseThrow())
          .contains(
              "series limit of 3 reached",
              "instance=\"i5\"",
              "most series is 'm0' (1)",
              "most values is '__name__' (3)");
    }
  }

  @Test
  void aDamagedBlockIsSetAsideAndTheRestServes() throws IOException {
    try (var db = open()) {
      for (int t = 0; t < 130; t += 10) {
        fill(db, 5, t, t + 10);
        db.maintain();
      }
      assertThat(db.stats().blocks()).isEqualTo(2);
    }
    var block =
        disk.files().stream()
            .filter(f -> f.toString().endsWith("00000001.block"))
            .findFirst()
            .orElseThrow();
    disk.flipBit(block, disk.size(block) - 60);
    try (var db = open()) {
      assertThat(db.takeNotices())
          .singleElement()
          .asString()
          .contains("00000001.block", "checksum", "set aside as 00000001.block.damaged");
      assertThat(read(db, 0, 130 * STEP)).isEqualTo(expected(5, 40, 130));
    }
  }

  @Test
  void aDamagedChunkIsLeftOutAndSaid() throws IOException {
    try (var db = open()) {
      for (int t = 0; t < 80; t += 10) {
        fill(db, 1, t, t + 10);
        db.maintain();
      }
    }
    var block =
        disk.files().stream()
            .filter(f -> f.toString().endsWith(".block"))
            .findFirst()
            .orElseThrow();
    disk.flipBit(block, 3);
    try (var db = open()) {
      assertThat(read(db, 0, 80 * STEP)).isEqualTo(expected(1, 40, 80));
      assertThat(db.takeNotices())
          .singleElement()
          .asString()
          .contains("instance=\"i0\"", "checksum of the chunk");
    }
  }

  @Test
  void aRealDiskWorksTheSame(@TempDir Path folder) throws IOException {
    try (var db = Tsdb.open(Disk.local(), folder, SMALL, time)) {
      fill(db, 4, 0, 80);
      db.maintain();
      fill(db, 4, 80, 90);
    }
    try (var db = Tsdb.open(Disk.local(), folder, SMALL, time)) {
      assertThat(read(db, 0, 90 * STEP)).isEqualTo(expected(4, 0, 90));
    }
  }
}

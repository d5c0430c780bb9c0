package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/// Opens stores with damaged or missing files: the affected data is set aside and reported, all
/// other data is available, and the next append is durable. A failure prints its seed.
final class DamageTest {

  private static final Path FOLDER = Path.of("/data/tsdb");
  private static final Path BLOCKS = FOLDER.resolve("blocks");
  private static final TsdbSettings MERGED =
      new TsdbSettings(Duration.ofMinutes(10), Duration.ofDays(10), new Bytes(0), 1000);
  private static final TsdbSettings SETTINGS = // blocks may be a tenth of it, so none is compacted
      new TsdbSettings(Duration.ofMinutes(10), Duration.ofHours(4), new Bytes(0), 1000);
  private static final long STEP = 15_000;

  private final ManualClock time = new ManualClock();

  private static Labels series(int i) {
    return Labels.of(Labels.NAME, "m", "i", String.valueOf(i));
  }

  private static Set<String> read(Tsdb db) {
    var all = new HashSet<String>();
    for (var one : db.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
      var samples = new SampleBuffer(64);
      one.read(samples);
      for (int i = 0; i < samples.size(); i++) {
        long step = samples.millisAt(i) / STEP;
        assertThat(samples.valueAt(i)).isEqualTo(step * 0.5);
        all.add(one.labels().get("i") + "@" + step);
      }
    }
    return all;
  }

  private static Set<String> append(Tsdb db, int step, int... series) {
    var batch = new AppendBatch();
    var added = new HashSet<String>();
    for (int i : series) {
      batch.add(series(i), step * STEP, step * 0.5);
      added.add(i + "@" + step);
    }
    assertThat(db.append(batch).stored()).isEqualTo(series.length);
    return added;
  }

  /// Flips a bit, writes zeros or garbage, truncates or deletes the file.
  private static String damage(FaultyDisk disk, Path file, Random random) throws IOException {
    var content = disk.readWhole(file);
    int at = random.nextInt(content.length);
    int end = Math.min(content.length, at + 1 + random.nextInt(100));
    return switch (random.nextInt(5)) {
      case 0 -> {
        disk.delete(file);
        yield "gone";
      }
      case 1 -> {
        disk.truncate(file, at);
        yield "cut";
      }
      case 2 -> {
        Arrays.fill(content, at, end, (byte) 0);
        disk.writeWhole(file, content);
        yield "zeros";
      }
      case 3 -> {
        for (int i = at; i < end; i++) {
          content[i] = (byte) random.nextInt();
        }
        disk.writeWhole(file, content);
        yield "garbage";
      }
      default -> {
        disk.flipBit(file, at);
        yield "bit";
      }
    };
  }

  @RepeatedTest(150)
  void aDamagedJournalLosesOnlyWhatTheDamageTouches(RepetitionInfo repetition) throws IOException {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    var disk = new FaultyDisk(new Random(seed));
    var bySegment = new HashMap<Integer, Set<String>>();
    for (int boot = 1; boot <= 4; boot++) {
      var db = Tsdb.open(disk, FOLDER, SETTINGS, time); // and is not closed: it is killed
      var its = new HashSet<String>();
      for (int n = 0; n < 10; n++) {
        its.addAll(append(db, boot * 10 + n, 0, 1, 100 * boot + n));
      }
      bySegment.put(boot, its);
      disk = disk.afterReboot();
    }
    int number = 1 + random.nextInt(4);
    var what = damage(disk, FOLDER.resolve("journal/0000000" + number + ".journal"), random);
    var as = "-Dseed=%d %s of %d".formatted(seed, what, number);
    Set<String> left;
    try (var db = Tsdb.open(disk, FOLDER, SETTINGS, time)) {
      left = read(db);
      var lost = new HashSet<String>();
      bySegment.values().forEach(lost::addAll);
      lost.removeAll(left);
      checkLost(lost, number, what, bySegment, as);
      var notices = db.takeNotices();
      boolean whole = lost.isEmpty() || (what.equals("gone") && number == 4);
      if (!whole && !(what.equals("cut") && notices.isEmpty())) {
        assertThat(String.join("\n", notices))
            .as(as)
            .containsPattern("0000000\\d\\.journal|samples of 2 series are lost");
      }
      left.addAll(append(db, 100, 0, 1, 7));
    }
    try (var db = Tsdb.open(disk.afterReboot(), FOLDER, SETTINGS, time)) {
      assertThat(read(db)).as(as).isEqualTo(left);
      assertThat(db.takeNotices()).as(as).isEmpty();
    }
  }

  /// At most the records of the damaged segment are lost, and of series 0 and 1 the samples after
  /// their series record; with a flipped bit only the record that has it.
  private static void checkLost(
      Set<String> lost, int number, String what, Map<Integer, Set<String>> bySegment, String as) {
    boolean unnamed = number == 1 && lost.contains("0@10");
    assertThat(lost)
        .as(as)
        .allMatch(
            one ->
                bySegment.getOrDefault(number, Set.of()).contains(one)
                    || (unnamed && one.matches("[01]@.*")));
    if (what.equals("bit") && !unnamed) {
      assertThat(lost.size()).as(as).isIn(0, 3);
    }
  }

  /// Three blocks, one with tombstones.
  private Set<String> threeBlocks(FaultyDisk disk) throws IOException {
    var all = new HashSet<String>();
    try (var db = Tsdb.open(disk, FOLDER, SETTINGS, time)) {
      for (int step = 0; step < 150; step++) {
        all.addAll(append(db, step, 0, 1, 2, 3, 4));
        db.maintain();
      }
      db.delete(List.of(List.of(Matcher.equal("i", "3"))), 0, 20 * STEP);
      all.removeIf(one -> one.startsWith("3@") && step(one) <= 20);
      assertThat(db.stats().blocks()).isEqualTo(3);
    }
    return all;
  }

  private static int step(String one) {
    return Integer.parseInt(one.substring(2));
  }

  @RepeatedTest(150)
  void aDamagedBlockLosesNothingOfTheOthers(RepetitionInfo repetition) throws IOException {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    var disk = new FaultyDisk(new Random(seed));
    var all = threeBlocks(disk);
    var files = disk.list(BLOCKS);
    var file = files.get(random.nextInt(files.size()));
    var what = damage(disk, file, random);
    var as = "-Dseed=%d %s of %s".formatted(seed, what, file.getFileName());
    int from = (file.getFileName().toString().charAt(7) - '1') * 40;
    boolean tombstones = file.toString().endsWith(".tombstones");
    try (var db = Tsdb.open(disk, FOLDER, SETTINGS, time)) {
      var found = read(db);
      if (tombstones) {
        assertThat(found).as(as).containsAll(all);
        found.removeAll(all);
        assertThat(found).as(as).allMatch(one -> one.startsWith("3@") && step(one) <= 20);
      } else {
        assertThat(all).as(as).containsAll(found);
        var lost = new HashSet<>(all);
        lost.removeAll(found);
        assertThat(lost).as(as).allMatch(one -> step(one) >= from && step(one) < from + 40);
        if (!lost.isEmpty() && !what.equals("gone")) {
          assertThat(String.join("\n", db.takeNotices()))
              .as(as)
              .contains(file.getFileName().toString());
        }
      }
      for (int step = 150; step < 200; step++) {
        append(db, step, 0, 1, 2, 3, 4);
        db.maintain();
      }
    }
    try (var db = Tsdb.open(disk.afterReboot(), FOLDER, SETTINGS, time)) {
      assertThat(read(db)).as(as).contains("0@199", "4@149", "2@150");
    }
  }

  /// A compacted block and its parents, as a crash before their deletion leaves them.
  @Test
  void aMergedBlockThatIsDamagedDoesNotTakeItsPartsAlong() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    var all = threeBlocks(disk);
    var parts = new HashMap<Path, byte[]>();
    for (var file : disk.list(BLOCKS)) {
      parts.put(file, disk.readWhole(file));
    }
    try (var db = Tsdb.open(disk, FOLDER, MERGED, time)) {
      db.maintain();
      assertThat(db.stats().blocks()).isEqualTo(1);
    }
    var merged = disk.list(BLOCKS).getFirst();
    for (var part : parts.entrySet()) {
      disk.writeWhole(part.getKey(), part.getValue());
    }
    for (int at : List.of(50, (int) disk.size(merged) - 40)) { // in a chunk; in the meta section
      var before = disk.readWhole(merged);
      disk.flipBit(merged, at);
      try (var db = Tsdb.open(disk, FOLDER, SETTINGS, time)) {
        assertThat(read(db)).as("at %d", at).isEqualTo(all);
        assertThat(db.takeNotices()).anyMatch(what -> what.contains(merged.toString()));
      }
      disk.writeWhole(merged, before);
    }
  }

  @Test
  void aFileThatIsNoBlockIsLeftAlone() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    var all = threeBlocks(disk);
    disk.writeWhole(BLOCKS.resolve("mine.block"), new byte[] {1});
    try (var db = Tsdb.open(disk, FOLDER, SETTINGS, time)) {
      assertThat(read(db)).isEqualTo(all);
    }
    assertThat(disk.exists(BLOCKS.resolve("mine.block"))).isTrue();
  }
}

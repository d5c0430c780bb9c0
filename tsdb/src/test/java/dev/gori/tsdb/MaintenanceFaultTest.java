package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The power fails, or the disk is full, at every single write of a snapshot, of cleaning
/// tombstones, of compaction and of deletion: afterwards the store is consistent, and the snapshot
/// complete or absent.
final class MaintenanceFaultTest {

  private static final Path FOLDER = Path.of("/data/tsdb");
  private static final Path SNAPSHOT = FOLDER.resolve("snapshots/s");
  private static final TsdbSettings MERGED =
      new TsdbSettings(Duration.ofMinutes(10), Duration.ofDays(10), new Bytes(0), 1000);
  private static final TsdbSettings APART = // blocks may be a tenth of it, so none is compacted
      new TsdbSettings(Duration.ofMinutes(10), Duration.ofHours(4), new Bytes(0), 1000);
  private static final long STEP = 15_000;
  private static final int STEPS = 150;

  private enum Work {
    SNAPSHOT(APART) {
      @Override
      void run(Tsdb db) throws IOException {
        db.snapshot("s", false);
      }
    },
    CLEAN(APART) {
      @Override
      void run(Tsdb db) throws IOException {
        db.cleanTombstones();
      }
    },
    MERGE(MERGED) {
      @Override
      void run(Tsdb db) throws IOException {
        db.maintain();
      }
    };

    final TsdbSettings settings;

    Work(TsdbSettings settings) {
      this.settings = settings;
    }

    abstract void run(Tsdb db) throws IOException;
  }

  private final ManualClock time = new ManualClock();

  /// Three blocks and a head, with deleted samples in two blocks.
  private FaultyDisk filled(long seed) throws IOException {
    var disk = new FaultyDisk(new Random(seed));
    try (var db = Tsdb.open(disk, FOLDER, APART, time)) {
      for (int step = 0; step < STEPS; step++) {
        var batch = new AppendBatch();
        for (int i = 0; i < 4; i++) {
          batch.add(Labels.of(Labels.NAME, "m", "i", String.valueOf(i)), step * STEP, step);
        }
        db.append(batch);
        db.maintain();
      }
      db.delete(List.of(List.of(Matcher.equal("i", "3"))), 10 * STEP, 50 * STEP);
      assertThat(db.stats().blocks()).isEqualTo(3);
    }
    return disk;
  }

  private static TreeSet<String> expected() {
    var all = new TreeSet<String>();
    for (int step = 0; step < STEPS; step++) {
      for (int i = 0; i < 4; i++) {
        if (i != 3 || step < 10 || step > 50) {
          all.add(i + "@" + step);
        }
      }
    }
    return all;
  }

  private static TreeSet<String> read(Tsdb db) {
    var all = new TreeSet<String>();
    for (var one : db.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
      var samples = new SampleBuffer(64);
      one.read(samples);
      for (int i = 0; i < samples.size(); i++) {
        all.add(one.labels().get("i") + "@" + samples.millisAt(i) / STEP);
      }
    }
    return all;
  }

  private void check(FaultyDisk disk, Path folder, String as) throws IOException {
    try (var db = Tsdb.open(disk, folder, APART, time)) {
      assertThat(read(db)).as(as).isEqualTo(expected());
      assertThat(db.takeNotices()).as(as).isEmpty();
    }
  }

  private void checkAll(FaultyDisk disk, boolean needed, String as) throws IOException {
    check(disk, FOLDER, as);
    assertThat(disk.exists(SNAPSHOT.resolveSibling("s.tmp"))).as(as).isFalse();
    if (needed || disk.exists(SNAPSHOT)) {
      check(disk, SNAPSHOT, as + ", snapshot");
    }
  }

  private static void delete(Tsdb db) {
    db.delete(
        List.of(List.of(Matcher.equal("i", "2")), List.of(Matcher.equal("i", "1"))),
        20 * STEP,
        (STEPS - 2) * STEP);
  }

  private static boolean isDeleted(String one) {
    int step = Integer.parseInt(one.substring(2));
    return (one.startsWith("1@") || one.startsWith("2@")) && step >= 20 && step <= STEPS - 2;
  }

  /// Samples that were not deleted stay. Deleted samples are gone if the deletion returned;
  /// otherwise a retry completes it.
  private void checkDeleted(Tsdb db, boolean done, String as) {
    var kept = expected();
    kept.removeIf(MaintenanceFaultTest::isDeleted);
    if (!done) {
      assertThat(read(db)).as(as).containsAll(kept);
      assertThat(expected()).as(as).containsAll(read(db));
      delete(db);
    }
    assertThat(read(db)).as(as).isEqualTo(kept);
  }

  /// Of two series in three blocks and the head.
  @Test
  void aDeletionThatIsCutOffAnywhereIsFinishedByDeletingAgain() throws IOException {
    boolean done = false;
    for (int write = 1; !done; write++) {
      var as = "write %d".formatted(write);
      var disk = filled(write);
      var db = Tsdb.open(disk, FOLDER, APART, time);
      disk.powerCutAfterWrites(write);
      done = tried(db);
      var after = disk.afterReboot();
      try (var again = Tsdb.open(after, FOLDER, APART, time)) {
        checkDeleted(again, done, as);
      }
      try (var again = Tsdb.open(after.afterReboot(), FOLDER, APART, time)) {
        checkDeleted(again, true, as);
      }
    }
  }

  @Test
  void aDeletionThatFindsTheDiskFullSaysSoAndIsFinishedByDeletingAgain() throws IOException {
    boolean done = false;
    for (int room = 0; !done; room += 7) {
      var as = "room for %d bytes".formatted(room);
      var disk = filled(room);
      try (var db = Tsdb.open(disk, FOLDER, APART, time)) {
        disk.room(room);
        done = tried(db);
        disk.room(Long.MAX_VALUE);
        time.forward(Duration.ofSeconds(3));
        checkDeleted(db, done, as);
      }
      try (var again = Tsdb.open(disk.afterReboot(), FOLDER, APART, time)) {
        checkDeleted(again, true, as);
      }
    }
  }

  private static boolean tried(Tsdb db) {
    try {
      delete(db);
      return true;
    } catch (FaultException e) {
      assertThat(e.fault()).isEqualTo(Fault.STORAGE_FULL);
      return false;
    }
  }

  @ParameterizedTest
  @EnumSource
  void thePowerFailsAtEveryWrite(Work work) throws IOException {
    boolean done = false;
    for (int write = 1; !done; write++) {
      var disk = filled(write);
      var db = Tsdb.open(disk, FOLDER, work.settings, time);
      disk.powerCutAfterWrites(write);
      try {
        work.run(db);
        done = true;
      } catch (IOException | FaultException _) {
        // the power is off
      }
      var as = "%s, write %d".formatted(work, write);
      disk.powerCutAfterWrites(Long.MAX_VALUE);
      checkAll(disk.afterReboot(), done && work == Work.SNAPSHOT, as);
      assertThat(write).as("done at some time").isLessThan(500);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theDiskIsFullAtEveryWrite(Work work) throws IOException {
    boolean done = false;
    for (int room = 0; !done; room += 150) {
      var disk = filled(room);
      var as = "%s, room for %d bytes".formatted(work, room);
      try (var db = Tsdb.open(disk, FOLDER, work.settings, time)) {
        disk.room(room);
        try {
          work.run(db);
          done = true;
        } catch (IOException | FaultException _) {
          // retried below
        }
        assertThat(read(db)).as(as).isEqualTo(expected());
        disk.room(Long.MAX_VALUE);
        time.forward(Duration.ofSeconds(3));
        if (!done) {
          work.run(db);
        }
        assertThat(read(db)).as(as).isEqualTo(expected());
        db.append(new AppendBatch()); // the journal accepts batches again
      }
      checkAll(disk, work == Work.SNAPSHOT, as);
      assertThat(room).as("done at some time").isLessThan(100_000);
    }
  }
}

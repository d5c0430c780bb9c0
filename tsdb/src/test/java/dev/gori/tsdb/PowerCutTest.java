package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.journal.SyncPolicy;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/// Writes, compacts and deletes while the disk fails: afterwards, everything acknowledged is there,
/// deleted samples are gone, and there is nothing else. Floats, histograms, exemplars; in and out
/// of order. A failure prints its seed; `-Dseed=` repeats it.
final class PowerCutTest {

  private static final Path FOLDER = Path.of("/data/tsdb");
  private static final TsdbSettings SETTINGS =
      new TsdbSettings(Duration.ofMinutes(1), Duration.ofDays(10), new Bytes(0), 1000)
          .withOutOfOrder(Duration.ofMinutes(3));
  private static final int STEPS = 120;
  private static final long STEP = 5000;

  /// What was written: how many samples were acknowledged, and how many become durable with the
  /// next acknowledged one.
  private static final class Written {
    final Map<String, String> all = new HashMap<>();
    final Map<String, String> acknowledged = new HashMap<>();
    final Map<String, String> soon = new HashMap<>();
    final Set<String> exemplars = new HashSet<>();
    final Set<String> acknowledgedExemplars = new HashSet<>();
    final Set<String> exemplarsSoon = new HashSet<>();

    void taken(Map<String, String> samples, Set<String> ids, SyncPolicy sync) {
      soon.putAll(samples);
      exemplarsSoon.addAll(ids);
      if (sync == SyncPolicy.NOW) {
        acknowledged.putAll(soon);
        acknowledgedExemplars.addAll(exemplarsSoon);
        forgetSoon();
      }
    }

    void forgetSoon() {
      soon.clear();
      exemplarsSoon.clear();
    }

    /// If the disk failed, the deletion may or may not have happened.
    void deleted(int series, int from, int to, boolean surely) {
      for (int t = from; t <= to; t++) {
        acknowledged.remove(series + "@" + t * STEP);
        acknowledgedExemplars.remove(series + "@" + t);
        soon.remove(series + "@" + t * STEP);
        exemplarsSoon.remove(series + "@" + t);
        if (surely) {
          all.remove(series + "@" + t * STEP);
          exemplars.remove(series + "@" + t);
        }
      }
    }
  }

  private static Labels series(int i) {
    return Labels.of(Labels.NAME, "m", "i", String.valueOf(i));
  }

  private static FloatHistogram histogram(Random random) {
    double zero = random.nextInt(10);
    var buckets =
        Buckets.from(
            random.nextInt(3),
            random.nextInt(9),
            random.nextInt(9),
            random.nextBoolean() ? 0.5 : 2);
    return FloatHistogram.exponential(
        1, 0.001, zero, zero + buckets.total(), random.nextInt(100), buckets, Buckets.NONE);
  }

  /// Writes until the disk fails for good; a rejected batch is retried, as the next scrape would.
  private static void write(
      FaultyDisk disk, ManualClock time, Random random, Written written, int from)
      throws IOException {
    try (var db = Tsdb.open(disk, FOLDER, SETTINGS, time)) {
      for (int t = from; t < from + STEPS && !disk.isDark(); t++) {
        try {
          batch(db, random, written, 0, t);
          if (t % 31 == 30) {
            delete(db, random.nextInt(12), t - random.nextInt(40), t - random.nextInt(5), written);
          }
          if (t % 7 == 0) {
            maintain(db, random, written, t);
          }
          if (t % 97 == 0) {
            db.cleanTombstones();
          }
        } catch (FaultException | IOException _) {
          time.forward(Duration.ofSeconds(3)); // the store repairs itself after a pause
        }
      }
    } catch (IOException _) {
      // closing or opening on a failed disk
    }
  }

  /// Others append during a checkpoint.
  private static void maintain(Tsdb db, Random random, Written written, int t) throws IOException {
    db.maintain(
        new Head.LockSlices(
            1 + random.nextInt(3),
            () -> {
              try {
                batch(db, random, written, 12, t);
              } catch (FaultException _) {
                // the disk failed; the next checkpoint will find out
              }
            }));
  }

  /// Every fourth sample of each series is a dozen steps out of order, and so are exemplars.
  private static void batch(Tsdb db, Random random, Written written, int first, int t) {
    var batch = new AppendBatch();
    var now = new HashMap<String, String>();
    var exemplars = new HashSet<String>();
    int series = 1 + random.nextInt(12);
    for (int i = first; i < first + series; i++) {
      int at = (t + i) % 4 == 0 ? t - 12 : t;
      if (at < 0 || written.all.containsKey(i + "@" + at * STEP)) {
        continue;
      }
      if (i % 3 == 2) {
        var histogram = histogram(random);
        batch.add(series(i), at * STEP, histogram);
        now.put(i + "@" + at * STEP, histogram.toString());
      } else {
        double value = random.nextBoolean() ? random.nextInt(1000) : random.nextGaussian();
        batch.add(series(i), at * STEP, value);
        now.put(i + "@" + at * STEP, String.valueOf(value));
      }
      if (random.nextInt(20) == 0) {
        int then = t - random.nextInt(20);
        batch.exemplar(series(i), new Exemplar(Labels.of("id", i + "@" + then), 1, then * STEP));
        exemplars.add(i + "@" + then);
      }
    }
    written.all.putAll(now);
    written.exemplars.addAll(exemplars);
    var sync = random.nextBoolean() ? SyncPolicy.NOW : SyncPolicy.SOON;
    assertThat(db.append(batch, sync).rejected()).isZero();
    written.taken(now, exemplars, sync);
  }

  private static void delete(Tsdb db, int series, int from, int to, Written written) {
    written.deleted(series, from, to, false);
    db.delete(List.of(List.of(Matcher.equal("i", String.valueOf(series)))), from * STEP, to * STEP);
    written.deleted(series, from, to, true);
  }

  private static Map<String, String> read(Tsdb db) {
    var all = new HashMap<String, String>();
    for (var one : db.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
      var samples = new SampleBuffer(64);
      one.read(samples);
      for (int i = 0; i < samples.size(); i++) {
        var histogram = samples.histogramAt(i);
        var text = histogram == null ? String.valueOf(samples.valueAt(i)) : histogram.toString();
        assertThat(all.put(one.labels().get("i") + "@" + samples.millisAt(i), text))
            .as("twice")
            .isNull();
      }
    }
    return all;
  }

  private static void check(FaultyDisk disk, ManualClock time, Written written, long seed)
      throws IOException {
    try (var db = Tsdb.open(disk, FOLDER, SETTINGS, time)) {
      var found = read(db);
      assertThat(found)
          .as("acknowledged, -Dseed=%d", seed)
          .containsAllEntriesOf(written.acknowledged);
      assertThat(written.all).as("written, -Dseed=%d", seed).containsAllEntriesOf(found);
      var exemplars = new HashSet<String>();
      db.exemplars(List.of(List.of()), Long.MIN_VALUE, Long.MAX_VALUE)
          .forEach(
              series ->
                  series
                      .exemplars()
                      .forEach(exemplar -> exemplars.add(exemplar.labels().get("id"))));
      assertThat(exemplars)
          .as("exemplars, -Dseed=%d", seed)
          .containsAll(written.acknowledgedExemplars);
      assertThat(written.exemplars).as("exemplars, -Dseed=%d", seed).containsAll(exemplars);
    }
  }

  @RepeatedTest(300)
  void nothingAcknowledgedIsLostWhenThePowerFailsAgainAndAgain(RepetitionInfo repetition)
      throws IOException {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    var time = new ManualClock();
    var written = new Written();
    var disk = new FaultyDisk(new Random(seed));
    for (int boot = 0; boot < 3; boot++) {
      disk.powerCutAfterWrites(1 + random.nextInt(400));
      write(disk, time, random, written, boot * STEPS);
      disk = disk.afterReboot();
      written.forgetSoon(); // the power failure may have lost it
      check(disk, time, written, seed);
    }
  }

  @RepeatedTest(100)
  void aFullDiskRefusesAndAfterwardsGoesOn(RepetitionInfo repetition) throws IOException {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    var time = new ManualClock();
    var written = new Written();
    var disk = new FaultyDisk(new Random(seed)).room(random.nextInt(60_000));
    write(disk, time, random, written, 0);
    disk.room(Long.MAX_VALUE);
    write(disk, time, random, written, STEPS);
    check(disk, time, written, seed);
    var after = disk.afterReboot();
    check(after, time, written, seed);
  }
}

package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Checkpoints while others append. {@link PowerCutTest} covers power failures during a checkpoint.
@ExtendWith(NoLeaks.class)
final class CheckpointTest {

  private static final Path FOLDER = Path.of("/data/tsdb");
  private static final long STEP = 15_000;
  private static final int EXEMPLARS = 7;
  private static final TsdbSettings SETTINGS =
      new TsdbSettings(Duration.ofMinutes(10), Duration.ofHours(20), new Bytes(0), 1000)
          .withExemplars(EXEMPLARS)
          .withOutOfOrder(Duration.ofHours(1));

  private final ManualClock time = new ManualClock();

  private static Labels series(int i) {
    return Labels.of(Labels.NAME, "m", "i", String.valueOf(i));
  }

  /// Enough that the next round of maintenance writes a block, and therefore a checkpoint.
  private static int fill(Tsdb db, int series) {
    int step = 0;
    for (; step < 64; step++) {
      var batch = new AppendBatch();
      for (int i = 0; i < series; i++) {
        batch.add(series(i), step * STEP, step);
      }
      db.append(batch);
    }
    return step;
  }

  @Test
  void anAppendIsAcknowledgedWhileAPictureIsUnderWay()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    var underWay = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var turns =
        new Head.LockSlices(
            5,
            () -> {
              underWay.countDown();
              await(goOn);
            });
    var disk = new FaultyDisk(new Random(1));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var db = Tsdb.open(disk, FOLDER, SETTINGS, time)) {
      int step = fill(db, 20);
      var round =
          threads.submit(
              () -> {
                db.maintain(turns);
                return db.stats().blocks();
              });
      await(underWay);
      try {
        var batch = new AppendBatch().add(series(0), step * STEP, 1);
        var appended = threads.submit(() -> db.append(batch).stored());
        assertThat(appended.get(1, TimeUnit.MINUTES)).isEqualTo(1);
        assertThat(round).isNotDone();
      } finally {
        goOn.countDown();
      }
      assertThat(round.get(1, TimeUnit.MINUTES)).isEqualTo(1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Appends between all steps of a checkpoint: old and new series, samples and exemplars in and
  /// out of order.
  @RepeatedTest(100)
  void theHeadIsTheSameAfterARestartWhateverCameInBetween(RepetitionInfo repetition)
      throws IOException {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    var disk = new FaultyDisk(new Random(seed));
    var db = Tsdb.open(disk, FOLDER, SETTINGS, time);
    try {
      int[] step = {fill(db, 1 + random.nextInt(12))};
      db.maintain(
          new Head.LockSlices(
              1 + random.nextInt(4),
              () -> {
                for (int i = random.nextInt(4); i > 0 && step[0] < 140; i--) {
                  append(db, random, step[0]++);
                }
              }));
      try (var again = Tsdb.open(disk.afterReboot(), FOLDER, SETTINGS, time)) {
        assertThat(read(again)).as("-Dseed=%d", seed).isEqualTo(read(db));
        for (int i = 0; i < EXEMPLARS; i++) {
          assertThat(exemplars(again)).as("-Dseed=%d", seed).isEqualTo(exemplars(db));
          var next = new Exemplar(Labels.of("id", "next" + i), 1, step[0]++ * STEP);
          for (var store : List.of(db, again)) {
            store.append(
                new AppendBatch().add(series(0), step[0] * STEP, 1).exemplar(series(0), next));
          }
        }
      }
    } finally {
      db.close();
    }
  }

  private static void append(Tsdb db, Random random, int step) {
    var batch = new AppendBatch();
    for (int n = random.nextInt(6); n >= 0; n--) {
      var series = series(random.nextInt(24));
      long at = (step - random.nextInt(2) * random.nextInt(100)) * STEP;
      batch.add(series, at, random.nextInt(100));
      batch.exemplar(series, new Exemplar(Labels.of("id", step + "." + n), 1, at - STEP / 2));
    }
    db.append(batch);
  }

  private static TreeMap<String, String> read(Tsdb db) {
    var all = new TreeMap<String, String>();
    for (var one : db.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
      var samples = new SampleBuffer(64);
      one.read(samples);
      for (int i = 0; i < samples.size(); i++) {
        all.put(
            one.labels() + "@" + samples.millisAt(i) / STEP, String.valueOf(samples.valueAt(i)));
      }
    }
    return all;
  }

  private static List<SeriesExemplars> exemplars(Tsdb db) {
    return db.exemplars(List.of(List.of()), Long.MIN_VALUE, Long.MAX_VALUE);
  }
}

package dev.gori.engines.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.HandTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/// A store that writes, compacts and merges while its disk fails: what was acknowledged is there afterwards, and nothing that nobody wrote.
/// A failure names its seed; `-Dseed=` runs that one again.
final class PowerCutTest {

    private static final Path FOLDER = Path.of("/data/tsdb");
    private static final TsdbSettings SETTINGS = new TsdbSettings(Duration.ofMinutes(1), Duration.ofDays(10), new Bytes(0), 1000);
    private static final int STEPS = 120;

    /// What was written: sample by sample, and how much of it was acknowledged.
    private static final class Written {
        final Map<String, Double> all = new HashMap<>();
        final Map<String, Double> acknowledged = new HashMap<>();
    }

    private static Labels series(int i) {
        return Labels.of(Labels.NAME, "m", "i", String.valueOf(i));
    }

    /// Writes until the disk fails for good; a batch that is refused is tried again, as a scraper's next round is.
    private static void write(FaultyDisk disk, HandTime time, Random random, Written written, int from) throws IOException {
        try (var db = Tsdb.open(disk, FOLDER, SETTINGS, time)) {
            for (int t = from; t < from + STEPS && !disk.isDark(); t++) {
                var batch = new Batch();
                var now = new HashMap<String, Double>();
                int series = 1 + random.nextInt(12);
                for (int i = 0; i < series; i++) {
                    double value = random.nextBoolean() ? random.nextInt(1000) : random.nextGaussian();
                    batch.add(series(i), t * 5000L, value);
                    now.put(i + "@" + t * 5000L, value);
                }
                written.all.putAll(now);
                try {
                    assertThat(db.append(batch).refused()).isZero();
                    written.acknowledged.putAll(now);
                    if (t % 7 == 0) {
                        db.maintain();
                    }
                } catch (FaultException | IOException _) {
                    time.forward(Duration.ofSeconds(3)); // the store mends itself after a pause
                }
            }
        } catch (IOException _) {
            // closing or opening on a dead disk
        }
    }

    private static Map<String, Double> read(Tsdb db) {
        var all = new HashMap<String, Double>();
        for (var one : db.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
            var samples = new Columns();
            one.read(samples);
            for (int i = 0; i < samples.size(); i++) {
                all.put(one.labels().get("i") + "@" + samples.millis(i), samples.value(i));
            }
        }
        return all;
    }

    private static void check(FaultyDisk disk, HandTime time, Written written, long seed) throws IOException {
        try (var db = Tsdb.open(disk, FOLDER, SETTINGS, time)) {
            var found = read(db);
            assertThat(found).as("acknowledged, -Dseed=%d", seed).containsAllEntriesOf(written.acknowledged);
            assertThat(written.all).as("written, -Dseed=%d", seed).containsAllEntriesOf(found);
        }
    }

    @RepeatedTest(300)
    void nothingAcknowledgedIsLostWhenThePowerFailsAgainAndAgain(RepetitionInfo repetition) throws IOException {
        long seed = Long.getLong("seed", repetition.getCurrentRepetition());
        var random = new Random(seed);
        var time = new HandTime();
        var written = new Written();
        var disk = new FaultyDisk(new Random(seed));
        for (int boot = 0; boot < 3; boot++) {
            disk.powerCutAfterWrites(1 + random.nextInt(400));
            write(disk, time, random, written, boot * STEPS);
            disk = disk.afterReboot();
            check(disk, time, written, seed);
        }
    }

    @RepeatedTest(100)
    void aFullDiskRefusesAndAfterwardsGoesOn(RepetitionInfo repetition) throws IOException {
        long seed = Long.getLong("seed", repetition.getCurrentRepetition());
        var random = new Random(seed);
        var time = new HandTime();
        var written = new Written();
        var disk = new FaultyDisk(new Random(seed)).room(random.nextInt(30_000));
        write(disk, time, random, written, 0);
        disk.room(Long.MAX_VALUE);
        write(disk, time, random, written, STEPS);
        check(disk, time, written, seed);
        var after = disk.afterReboot();
        check(after, time, written, seed);
    }
}

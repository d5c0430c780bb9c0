package dev.gori.engines.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.machinery.journal.Journal;
import dev.gori.testkit.HandTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A journal with 300,000 series, most of them with a request id for a label, is opened by a
/// program with a heap of 96 MiB.
final class CardinalityAccidentTest {

    private static final int SERIES = 300_000;
    private static final int GOOD = 500;
    private static final TsdbSettings SETTINGS =
            new TsdbSettings(Duration.ofHours(2), Duration.ofDays(15), new Bytes(0), 1_000_000);

    private static Labels series(int i) {
        return i < GOOD
                ? Labels.of(Labels.NAME, "good_total", "instance", "host-" + i, "job", "node")
                : Labels.of(
                        Labels.NAME,
                        "requests_total",
                        "instance",
                        "host-1",
                        "job",
                        "app",
                        "request_id",
                        "id-" + i);
    }

    /// What is opened, and what is written into it, in the small program.
    static final class Small {
        public static void main(String[] args) throws IOException {
            var folder = Path.of(args[0]);
            try (var db = Tsdb.open(Disk.local(), folder, SETTINGS, new HandTime())) {
                db.takeNotices().forEach(System.out::println);
                var done =
                        db.append(
                                new Batch()
                                        .add(series(0), 20_000, 2)
                                        .add(
                                                Labels.of(
                                                        Labels.NAME,
                                                        "new_total",
                                                        "request_id",
                                                        "n"),
                                                20_000,
                                                1));
                System.out.println("stored=" + done.stored() + " " + done.problem().orElse(""));
                System.out.println(
                        "series="
                                + db.stats().series()
                                + " limit="
                                + db.stats().seriesLimit()
                                + " "
                                + db.stats().culprit());
            }
        }
    }

    private static void accident(Path folder) throws IOException {
        Tsdb.open(Disk.local(), folder, SETTINGS, new HandTime()).close();
        try (var journal =
                Journal.open(
                        Disk.local(),
                        folder.resolve("journal"),
                        Journal.Settings.DEFAULTS,
                        _ -> {})) {
            var writer = new JournalRecords.Writer();
            for (int i = 1; i <= SERIES; i++) {
                writer.series(i, series(i - 1));
                writer.sample(i, 10_000, i, 0, false);
                for (var record : writer.full()) {
                    journal.append(record);
                }
            }
            for (var record : writer.records()) {
                journal.append(record);
            }
            journal.sync();
        }
    }

    private static String run(Path folder) throws IOException, InterruptedException {
        var output = folder.resolve("output.txt");
        var process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx96m",
                                        "-XX:+UseSerialGC",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Small.class.getName(),
                                        folder.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        var said = Files.readString(output);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    @Test
    void aStartTakesWhatThereIsRoomForAndNamesTheCulprit(@TempDir Path folder)
            throws IOException, InterruptedException {
        accident(folder);
        var said = run(folder);
        assertThat(said)
                .containsPattern(
                        "holds 28\\d{4} series more than the limit of 1\\d{4}; .* set aside in left-out-00000001.records");
        assertThat(said)
                .containsPattern(
                        "metric with most of them is 'requests_total' \\(28\\d{4} of these series\\)");
        assertThat(said)
                .containsPattern(
                        "label with most values is 'request_id' \\(about 2[789]\\d{4} values\\)");
        assertThat(said)
                .contains(
                        "stored=1 series limit of",
                        "metric with most series is 'requests_total'",
                        "label with most values is 'request_id'");
        assertThat(run(folder))
                .as("a second start")
                .doesNotContain("set aside")
                .contains("stored=1");
        bringBack(folder);
    }

    /// What was set aside has the form of a segment: given a place before the others it is read
    /// again where there is room.
    private static void bringBack(Path folder) throws IOException {
        var journal = folder.resolve("journal");
        Files.move(
                journal.resolve("left-out-00000001.records"), journal.resolve("00000000.journal"));
        try (var db = Tsdb.open(Disk.local(), folder, SETTINGS, new HandTime())) {
            assertThat(db.stats().series()).isEqualTo(Math.min(SERIES, db.stats().seriesLimit()));
            for (var one :
                    db.select(List.of(Matcher.equal(Labels.NAME, "good_total")), 0, 10_000)) {
                var samples = new Columns(4);
                one.read(samples);
                assertThat(samples.value(0))
                        .isEqualTo(Integer.parseInt(one.labels().get("instance").substring(5)) + 1);
            }
            assertThat(db.select(List.of(Matcher.equal("request_id", "id-150000")), 0, 10_000))
                    .hasSize(1);
        }
    }
}

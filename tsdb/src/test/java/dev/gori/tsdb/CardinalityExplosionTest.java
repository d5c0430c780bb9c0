package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.journal.Journal;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A program with a heap of 20 MiB opens a journal with 60,000 series, most of them with a request
/// id as a label, twice. Not all of them fit into its heap.
final class CardinalityExplosionTest {

  private static final int SERIES = 60_000;
  private static final int GOOD = 500;
  private static final String SECOND = "a second start";
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

  /// The child process: opens the store and appends to it.
  static final class Small {
    public static void main(String[] args) throws IOException {
      start(Path.of(args[0]));
      System.out.println(SECOND);
      start(Path.of(args[0]));
    }

    private static void start(Path folder) throws IOException {
      try (var db = Tsdb.open(Disk.local(), folder, SETTINGS, new ManualClock())) {
        db.takeNotices().forEach(System.out::println);
        var done =
            db.append(
                new AppendBatch()
                    .add(series(0), 20_000, 2)
                    .add(Labels.of(Labels.NAME, "new_total", "request_id", "n"), 20_000, 1));
        System.out.println("stored=" + done.stored() + " " + done.problem().orElse(""));
        System.out.println(
            "series="
                + db.stats().series()
                + " limit="
                + db.stats().seriesLimit()
                + " "
                + db.stats().largest());
      }
    }
  }

  private static void accident(Path folder) throws IOException {
    Tsdb.open(Disk.local(), folder, SETTINGS, new ManualClock()).close();
    try (var journal =
        Journal.open(
            Disk.local(), folder.resolve("journal"), Journal.Settings.DEFAULTS, _ -> {}, _ -> {})) {
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
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx20m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
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
    var said = run(folder).split(SECOND);
    assertThat(said).hasSize(2);
    assertThat(said[0])
        .containsPattern(
            "holds 56\\d{3} series over the limit of 3\\d{3}; .* set aside in"
                + " left-out-00000001.records");
    assertThat(said[0])
        .containsPattern(
            "metric with most of them is 'requests_total' \\(56\\d{3} of these" + " series\\)");
    assertThat(said[0])
        .containsPattern("label with most values is 'request_id' \\(about 5[567]\\d{3} values\\)");
    assertThat(said[0])
        .contains(
            "stored=1 series limit of",
            "metric with most series is 'requests_total'",
            "label with most values is 'request_id'");
    assertThat(said[1]).doesNotContain("set aside").contains("stored=1");
    bringBack(folder);
  }

  /// Also with more values than bits.
  @ParameterizedTest
  @ValueSource(ints = {2, 100, 500_000})
  void valuesAreCountedWithinOneInAHundred(int many) {
    var explosion = new CardinalityReport();
    for (int i = 0; i < many; i++) {
      explosion.add(series(GOOD + i));
    }
    assertThat(explosion.metric())
        .isEqualTo("'requests_total' (%d of these series)".formatted(many));
    assertThat(explosion.label()).startsWith("'request_id' (about ");
    int counted = Integer.parseInt(explosion.label().replaceAll("\\D+", ""));
    assertThat(counted).isCloseTo(many, Percentage.withPercentage(1));
  }

  /// The spilled series have the format of a segment: renamed to precede the others, they are
  /// replayed if there is room.
  private static void bringBack(Path folder) throws IOException {
    var journal = folder.resolve("journal");
    Files.move(journal.resolve("left-out-00000001.records"), journal.resolve("00000000.journal"));
    try (var db = Tsdb.open(Disk.local(), folder, SETTINGS, new ManualClock())) {
      var stats = db.stats();
      assertThat(stats.series()).isEqualTo(Math.min(SERIES, stats.seriesLimit()));
      for (var one : db.select(List.of(Matcher.equal(Labels.NAME, "good_total")), 0, 10_000)) {
        var samples = new SampleBuffer(4);
        one.read(samples);
        assertThat(samples.valueAt(0))
            .isEqualTo(Integer.parseInt(one.labels().get("instance").substring(5)) + 1);
      }
      assertThat(db.select(List.of(Matcher.equal("request_id", "id-30000")), 0, 10_000)).hasSize(1);
    }
  }
}

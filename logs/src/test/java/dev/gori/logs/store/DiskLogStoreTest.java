package dev.gori.logs.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DiskLogStoreTest extends LogStoreContract {

  private static final Path FOLDER = Path.of("/logs");
  private static final LogStoreSettings SETTINGS = LogStoreSettings.DEFAULTS;

  @TempDir Path folder;

  @Override
  LogStore open() throws IOException {
    return LogStore.open(Disk.local(), folder.resolve("store"), SETTINGS, time, _ -> {});
  }

  @Test
  void whatWasAcknowledgedIsThereAfterAnotherStart() throws IOException {
    try (var store = open()) {
      push(store, API, 1, "in a segment");
      store.flush();
      push(store, API, 2, "in the journal");
    }
    try (var store = open()) {
      assertThat(read(store, LogStore.Direction.FORWARD, 10))
          .containsExactly("1 api in a segment", "2 api in the journal");
      assertThat(store.status().segments()).isEqualTo(1);
    }
  }

  /// A failure prints its seed.
  @RepeatedTest(150)
  void aPowerCutTakesNothingThatWasAcknowledgedAndDoublesNothing(RepetitionInfo repetition)
      throws IOException {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    var disk = new FaultyDisk(random);
    var acknowledged = new ArrayList<String>();
    var sent = new ArrayList<String>();
    int cutAfter = 5 + random.nextInt(400);
    var store = LogStore.open(disk, FOLDER, SETTINGS, time, _ -> {});
    disk.powerCutAfterWrites(cutAfter);
    try {
      for (int i = 0; i < 200; i++) {
        sent.add(i + " api line " + i);
        push(store, API, i, "line " + i);
        acknowledged.add(i + " api line " + i);
        if (random.nextInt(12) == 0) {
          store.flush();
        }
      }
    } catch (IOException _) {
      assertThat(disk.isDark()).as("seed %d", seed).isTrue();
    }
    closeInTheDark(store);
    try (var after = LogStore.open(disk.afterReboot(), FOLDER, SETTINGS, time, _ -> {})) {
      var found = read(after, LogStore.Direction.FORWARD, 1000);
      assertThat(found).as("seed %d", seed).containsAll(acknowledged).doesNotHaveDuplicates();
      assertThat(sent).as("seed %d", seed).containsAll(found);
    }
  }

  private static void closeInTheDark(LogStore store) {
    try {
      store.close();
    } catch (IOException _) {
      // the power is out
    }
  }

  @Test
  void aDamagedSegmentIsSetAsideAndTheOthersServe() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    try (var store = LogStore.open(disk, FOLDER, SETTINGS, time, _ -> {})) {
      push(store, API, 1, "first");
      store.flush();
      push(store, API, 2, "second");
      store.flush();
    }
    var file = FOLDER.resolve("segments/00000001.lines");
    disk.flipBit(file, disk.size(file) - SegmentWriter.FOOTER - 3);
    try (var store = LogStore.open(disk, FOLDER, SETTINGS, time, _ -> {})) {
      assertThat(read(store, LogStore.Direction.FORWARD, 10)).containsExactly("2 api second");
      assertThat(store.status().damaged()).isEqualTo(1);
    }
    assertThat(disk.files()).anyMatch(name -> name.endsWith("00000001.lines.damaged"));
  }

  @Test
  void aDamagedChunkCostsOnlyItself() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    try (var store = LogStore.open(disk, FOLDER, SETTINGS, time, _ -> {})) {
      push(store, API, 1, "hit");
      push(store, WEB, 2, "unharmed");
      store.flush();
      disk.flipBit(FOLDER.resolve("segments/00000001.lines"), SegmentWriter.MAGIC.length + 2);
      assertThat(read(store, LogStore.Direction.FORWARD, 10)).containsExactly("2 web unharmed");
      assertThat(store.status().damaged()).isEqualTo(1);
    }
  }

  @Test
  void aFullDiskRefusesAndLosesNothingOfWhatWasThere() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    try (var store = LogStore.open(disk, FOLDER, SETTINGS, time, _ -> {})) {
      push(store, API, 1, "before");
      disk.room(1000);
      assertThatThrownBy(() -> push(store, API, 2, "refused"))
          .isInstanceOfSatisfying(
              FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.STORAGE_FULL))
          .hasMessageContaining(
              "the disk of /logs has 1000 bytes free (expected: at least 64.0 MiB)");
      disk.room(Long.MAX_VALUE);
      push(store, API, 3, "after");
      assertThat(read(store, LogStore.Direction.FORWARD, 10))
          .containsExactly("1 api before", "3 api after");
    }
  }

  @Test
  void goesOnAfterAWriteThatFailedInTheMiddle() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    var tight =
        new LogStoreSettings(
            SETTINGS.retention(),
            SETTINGS.headBytes(),
            SETTINGS.headAge(),
            SETTINGS.maxLineSize(),
            10,
            15,
            100,
            100,
            SETTINGS.maxAge(),
            SETTINGS.creationGracePeriod(),
            new Bytes(0));
    try (var store = LogStore.open(disk, FOLDER, tight, time, _ -> {})) {
      push(store, API, 1, "before");
      disk.room(10);
      assertThatThrownBy(() -> push(store, API, 2, "torn")).isInstanceOf(IOException.class);
      disk.room(Long.MAX_VALUE);
      assertThat(push(store, API, 2, "torn").stored()).isEqualTo(1);
    }
    try (var store = LogStore.open(disk, FOLDER, tight, time, _ -> {})) {
      assertThat(read(store, LogStore.Direction.FORWARD, 10))
          .containsExactly("1 api before", "2 api torn");
    }
  }

  @Test
  void whatIsTooOldIsNotGivenAndItsSegmentGoes() throws IOException {
    var settings = SETTINGS.withRetention(Duration.ofHours(2));
    try (var store = LogStore.open(Disk.local(), folder, settings, time, _ -> {})) {
      push(store, API, 1, "old");
      store.flush();
      time.forward(Duration.ofMinutes(90));
      assertThat(read(store, LogStore.Direction.FORWARD, 10)).isEmpty();
      assertThat(store.maintain()).isEqualTo(new LogStore.Maintenance(false, 1));
      assertThat(store.status().segments()).isZero();
    }
  }

  @Test
  void flushesWhenTheHeadIsOldOrBig() throws IOException {
    var settings = SETTINGS.withHead(new Bytes(100_000), Duration.ofMinutes(30));
    try (var store = LogStore.open(Disk.local(), folder, settings, time, _ -> {})) {
      push(store, API, 1, "small");
      assertThat(store.maintain().flushed()).isFalse();
      time.forward(Duration.ofMinutes(30));
      assertThat(store.maintain().flushed()).isTrue();
      push(store, API, 2, "x".repeat(100_000));
      assertThat(store.status()).isEqualTo(new LogStore.Status(2, 0, 0, 0));
    }
  }

  record Refusal(
      String name,
      Labels stream,
      long hours,
      String line,
      PushResult.Reason reason,
      String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refusal> namesTheOffender() {
    return Stream.of(
        new Refusal(
            "no labels",
            Labels.EMPTY,
            0,
            "x",
            PushResult.Reason.MISSING_LABELS,
            "stream without labels (expected: at least one label in each stream)"),
        new Refusal(
            "too many labels",
            Labels.of("a", "1", "b", "2", "c", "3", "d", "4"),
            0,
            "x",
            PushResult.Reason.MAX_LABEL_NAMES,
            "stream {a=\"1\", b=\"2\", c=\"3\", d=\"4\"} has 4 labels (expected: at" + " most 3)"),
        new Refusal(
            "a long name",
            Labels.of("abcdefghijk", "1"),
            0,
            "x",
            PushResult.Reason.LABEL_NAME_TOO_LONG,
            "stream {abcdefghijk=\"1\"} has a label name of 11 characters:"
                + " 'abcdefghijk…' (expected: at most 10)"),
        new Refusal(
            "a long value",
            Labels.of("a", "x".repeat(21)),
            0,
            "x",
            PushResult.Reason.LABEL_VALUE_TOO_LONG,
            "stream {a=\"xxxxxxxxxxxxxxxxxxxxx\"} has a value of 21 characters in label"
                + " 'a' (expected: at most 20)"),
        new Refusal(
            "an illegal name",
            Labels.of("a-b", "1"),
            0,
            "x",
            PushResult.Reason.INVALID_LABELS,
            "stream {a-b=\"1\"} has the label name 'a-b' (expected: letters, digits and"
                + " '_', no digit first)"),
        new Refusal(
            "a long line",
            Labels.of("a", "1"),
            0,
            "ä".repeat(51),
            PushResult.Reason.LINE_TOO_LONG,
            "entry for stream '{a=\"1\"}' at 2030-01-01T00:00:00Z has a line of 102"
                + " bytes (expected: at most 100)"),
        new Refusal(
            "too old",
            Labels.of("a", "1"),
            -3,
            "x",
            PushResult.Reason.TOO_OLD,
            "entry for stream '{a=\"1\"}' has timestamp too old: 2029-12-31T21:00:00Z,"
                + " oldest acceptable timestamp is: 2029-12-31T22:00:00Z"),
        new Refusal(
            "too new",
            Labels.of("a", "1"),
            1,
            "x",
            PushResult.Reason.TOO_FAR_IN_FUTURE,
            "entry for stream '{a=\"1\"}' has timestamp too new: 2030-01-01T01:00:00Z,"
                + " newest acceptable timestamp is: 2030-01-01T00:10:00Z"),
        new Refusal(
            "a stream over the limit",
            Labels.of("a", "3"),
            0,
            "x",
            PushResult.Reason.STREAM_LIMIT,
            "stream {a=\"3\"} is new and 2 streams are in memory (expected: at"
                + " most 2); use fewer label values"));
  }

  @ParameterizedTest
  @MethodSource
  void namesTheOffender(Refusal refusal) throws IOException {
    var tight =
        new LogStoreSettings(
            Duration.ofDays(1),
            SETTINGS.headBytes(),
            SETTINGS.headAge(),
            new Bytes(100),
            2,
            3,
            10,
            20,
            Duration.ofHours(2),
            Duration.ofMinutes(10),
            new Bytes(0));
    long now = EntryValidator.nanos(time.now());
    try (var store = LogStore.open(Disk.local(), folder, tight, time, _ -> {})) {
      if (refusal.reason() == PushResult.Reason.STREAM_LIMIT) {
        store.push(
            List.of(
                new StreamBatch(Labels.of("a", "1"), List.of(new LogEntry(now, "x"))),
                new StreamBatch(Labels.of("a", "2"), List.of(new LogEntry(now, "x")))));
      }
      var pushed =
          store.push(
              List.of(
                  new StreamBatch(
                      refusal.stream(),
                      List.of(
                          new LogEntry(
                              now + refusal.hours() * 3_600_000_000_000L, refusal.line()))),
                  new StreamBatch(Labels.of("a", "1"), List.of(new LogEntry(now + 1, "good")))));
      assertThat(pushed.rejected())
          .containsExactly(new PushResult.Rejected(refusal.reason(), 1, refusal.message()));
      assertThat(pushed.stored()).isEqualTo(1);
    }
  }
}

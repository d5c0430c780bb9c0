package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
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
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The retention by time and size, with three blocks of ten minutes and a head with the ten minutes
/// after them.
@ExtendWith(NoLeaks.class)
final class RetentionTest {

  private static final Path FOLDER = Path.of("/data/tsdb");
  private static final Labels SERIES = Labels.of(Labels.NAME, "m");
  private static final long STEP = 15_000;
  private static final long HEAD = Duration.ofMinutes(30).toMillis();
  private static final long NEWEST = Duration.ofMinutes(40).toMillis();
  private static final Duration UNTOUCHED = Duration.ofHours(2);

  private final FaultyDisk disk = new FaultyDisk(new Random(1));
  private final ManualClock time = new ManualClock();

  private enum Store {
    USUAL,
    /// One block of half an hour.
    MERGED,
    /// All samples of the head are deleted.
    WITHOUT_HEAD
  }

  /// The size limit.
  ///
  /// @param newest room for this many of the newest blocks
  /// @param journal room for the journal
  /// @param more additional bytes
  private record Room(int newest, boolean journal, int more) {
    static final Room ANY = new Room(-1, false, 0);

    long bytes(List<Long> blocks, long journalBytes) {
      if (newest < 0) {
        return 0;
      }
      var young = blocks.subList(blocks.size() - newest, blocks.size());
      return young.stream().mapToLong(one -> one).sum() + (journal ? journalBytes : 0) + more;
    }
  }

  /// @param left start minutes of the remaining blocks
  private record Case(
      String name,
      Store store,
      Duration retention,
      Room room,
      List<Integer> left,
      int tooOld,
      int tooMany) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Duration minutes(int minutes, int millis) {
    return Duration.ofMinutes(minutes).plusMillis(millis);
  }

  private static Case byTime(
      String name, Store store, Duration retention, List<Integer> left, int gone) {
    return new Case(name, store, retention, Room.ANY, left, gone, 0);
  }

  private static Case bySize(String name, Room room, List<Integer> left, int gone) {
    return new Case(name, Store.USUAL, UNTOUCHED, room, left, 0, gone);
  }

  static List<Case> cases() {
    var all = List.of(0, 10, 20);
    return List.of(
        byTime("all are young", Store.USUAL, UNTOUCHED, all, 0),
        byTime("the oldest just at the bound", Store.USUAL, minutes(30, 1), all, 0),
        byTime("the oldest one past it", Store.USUAL, minutes(30, 0), List.of(10, 20), 1),
        byTime("a block partly too old", Store.USUAL, minutes(25, 0), List.of(10, 20), 1),
        byTime("the newest just at it", Store.USUAL, minutes(10, 1), List.of(20), 2),
        byTime("every block, not the head", Store.USUAL, minutes(10, 0), List.of(), 3),
        byTime("merged, just at it", Store.MERGED, minutes(10, 1), List.of(0), 0),
        byTime("merged, past it", Store.MERGED, minutes(10, 0), List.of(), 1),
        byTime(
            "without a head the newest block says how old",
            Store.WITHOUT_HEAD,
            minutes(10, 0),
            List.of(20),
            2),
        bySize("no limit", Room.ANY, all, 0),
        bySize("room for all and the journal", new Room(3, true, 0), all, 0),
        bySize("a byte too little", new Room(3, true, -1), List.of(10, 20), 1),
        bySize("no room for the journal", new Room(3, false, 0), List.of(10, 20), 1),
        bySize("room for two", new Room(2, true, 0), List.of(10, 20), 1),
        bySize("not quite for two", new Room(2, true, -1), List.of(20), 2),
        bySize("for the journal alone", new Room(0, true, 0), List.of(), 3),
        bySize("not even for the journal", new Room(0, false, 1), List.of(), 3),
        new Case(
            "what is too old makes the room",
            Store.USUAL,
            minutes(30, 0),
            new Room(2, true, 0),
            List.of(10, 20),
            1,
            0),
        new Case(
            "one too old, one too many",
            Store.USUAL,
            minutes(30, 0),
            new Room(1, true, 0),
            List.of(20),
            1,
            1));
  }

  private Tsdb open(Duration retention, long bytes) throws IOException {
    var settings = new TsdbSettings(Duration.ofMinutes(10), retention, new Bytes(bytes), 1000);
    return Tsdb.open(disk, FOLDER, settings, time);
  }

  private void fill(Store store) throws IOException {
    try (var db = open(store == Store.MERGED ? Duration.ofHours(5) : UNTOUCHED, 0)) {
      for (long at = 0; at <= NEWEST; at += STEP) {
        assertThat(db.append(new AppendBatch().add(SERIES, at, Math.sqrt(at))).stored()).isOne();
        db.maintain();
      }
      if (store == Store.WITHOUT_HEAD) {
        db.delete(List.of(List.of()), HEAD, NEWEST);
      }
    }
  }

  private static List<Long> times(Tsdb db) {
    var times = new ArrayList<Long>();
    for (var one : db.select(List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
      var samples = new SampleBuffer(64);
      one.read(samples);
      for (int i = 0; i < samples.size(); i++) {
        times.add(samples.millisAt(i));
        assertThat(samples.valueAt(i)).isEqualTo(Math.sqrt(samples.millisAt(i)));
      }
    }
    return times;
  }

  private static void check(Tsdb db, Case wanted) {
    assertThat(db.blocks().stream().map(block -> (int) (block.minTime() / 60_000)))
        .containsExactlyElementsOf(wanted.left());
    long from = wanted.left().isEmpty() ? HEAD : wanted.left().getFirst() * 60_000L;
    long end = wanted.store() == Store.WITHOUT_HEAD ? HEAD : NEWEST + STEP;
    assertThat(times(db))
        .containsExactlyElementsOf(
            IntStream.range((int) (from / STEP), (int) (end / STEP))
                .mapToObj(step -> step * STEP)
                .toList());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void onlyBlocksGoTheOldestFirst(Case wanted) throws IOException {
    fill(wanted.store());
    long bytes;
    try (var db = open(UNTOUCHED, 0)) {
      var blocks = new ArrayList<Long>();
      for (var block : db.blocks()) {
        blocks.add(disk.size(FOLDER.resolve("blocks/%08d.block".formatted(block.number()))));
      }
      bytes = wanted.room().bytes(blocks, db.stats().journalBytes());
    }
    try (var db = open(wanted.retention(), bytes)) {
      for (int round = 0; round < 2; round++) {
        db.maintain();
        check(db, wanted);
        assertThat(db.counts().blocks().timeRetentions()).isEqualTo(wanted.tooOld());
        assertThat(db.counts().blocks().sizeRetentions()).isEqualTo(wanted.tooMany());
      }
    }
    try (var db = open(wanted.retention(), bytes)) {
      check(db, wanted);
    }
  }
}

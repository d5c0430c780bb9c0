package dev.gori.base.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.id.Bytes;
import dev.gori.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class JournalTest {

  private static final Path FOLDER = Path.of("/journal");
  private static final Journal.Settings SMALL =
      new Journal.Settings(new Bytes(200), new Bytes(100));

  @RepeatedTest(200)
  void aPowerCutLosesNothingThatWasSyncedAndInventsNothing(RepetitionInfo repetition)
      throws IOException {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    var disk = new FaultyDisk(random).powerCutAfterWrites(5 + random.nextInt(60));
    int acknowledged = 0;
    try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {}, _ -> {})) {
      for (int i = 0; i < 100; i++) {
        journal.append(record(i));
        journal.sync();
        acknowledged = i + 1;
      }
    } catch (IOException _) {
      // the power is gone
    }
    var found = replay(disk.afterReboot());
    assertThat(found).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(acknowledged);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).as("seed %d, record %d", seed, i).isEqualTo("record " + i);
    }
  }

  @Test
  void recordsAreReadOnFromAPlaceWhileOthersAreAdded() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {}, _ -> {})) {
      var start = journal.end();
      assertThat(journal.next(start)).isEmpty();
      for (int i = 0; i < 40; i++) {
        journal.append(record(i));
      }
      assertThat(readOn(journal, start)).hasSize(40).startsWith("record 0").endsWith("record 39");
      var end = journal.end();
      journal.append(record(40));
      assertThat(readOn(journal, end)).containsExactly("record 40");

      disk.flipBit(FOLDER.resolve("00000001.journal"), 8 + 4);
      assertThat(readOn(journal, start))
          .as("skips the rest of a damaged segment")
          .startsWith("record 12");
      journal.dropBeyond(new Bytes(450));
      assertThat(journal.size()).isLessThanOrEqualTo(450);
      assertThat(readOn(journal, start))
          .as("skips what was dropped")
          .startsWith("record 23")
          .endsWith("record 40");

      disk.flipBit(FOLDER.resolve("00000004.journal"), 8 + 4);
      journal.append(record(41));
      var rest = readOn(journal, new Journal.Position(4, 0));
      journal.append(record(42));
      assertThat(rest).as("damage in the segment that is written to ends it").isEmpty();
      assertThat(readOn(journal, new Journal.Position(4, 0))).containsExactly("record 42");
    }
  }

  private static List<String> readOn(Journal journal, Journal.Position from) throws IOException {
    var read = new ArrayList<String>();
    for (var entry = journal.next(from);
        entry.isPresent();
        entry = journal.next(entry.get().next())) {
      read.add(StandardCharsets.UTF_8.decode(entry.get().payload()).toString());
    }
    return read;
  }

  @Test
  void aFlippedBitSetsItsRecordAsideAndThoseBehindItAreRead() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {}, _ -> {})) {
      for (int i = 0; i < 3; i++) {
        journal.append(record(i));
      }
      journal.cut();
      journal.append(record(3));
    }
    disk.flipBit(FOLDER.resolve("00000001.journal"), 16 + 8 + 4);
    assertThat(replay(disk)).containsExactly("record 0", "record 2", "record 3");
    assertThat(disk.files()).contains(FOLDER.resolve("00000001.journal.damaged-16"));
    assertThat(replay(disk))
        .as("a second start finds nothing more to set aside")
        .containsExactly("record 0", "record 2", "record 3");
  }

  @Test
  void afterAFullDiskItRefusesUntilItIsOpenedAnewAndKeepsWhatWasSynced() throws IOException {
    var disk = new FaultyDisk(new Random(1)).room(60);
    var journal = Journal.open(disk, FOLDER, SMALL, _ -> {}, _ -> {});
    journal.append(record(0));
    journal.sync();
    assertThatThrownBy(
            () -> {
              for (int i = 1; i < 10; i++) {
                journal.append(record(i));
              }
            })
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> journal.append(record(1)))
        .hasMessageContaining("takes nothing more until it is opened anew");
    disk.room(10_000);
    assertThat(replay(disk)).startsWith("record 0");
  }

  @Test
  void segmentsThatAreStoredElsewhereAreDropped() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {}, _ -> {})) {
      journal.append(record(0));
      long next = journal.cut();
      journal.append(record(1));
      journal.dropBefore(next);
    }
    assertThat(replay(disk)).containsExactly("record 1");
  }

  @Test
  void aRecordThatIsEmptyOrTooLongIsRefused() throws IOException {
    try (var journal =
        Journal.open(new FaultyDisk(new Random(1)), FOLDER, SMALL, _ -> {}, _ -> {})) {
      assertThatThrownBy(() -> journal.append(ByteBuffer.allocate(0)))
          .hasMessage("record: 0 bytes (expected: 1 to 100)");
      assertThatThrownBy(() -> journal.append(ByteBuffer.allocate(101)))
          .hasMessage("record: 101 bytes (expected: 1 to 100)");
    }
  }

  /// A flipped bit, a sector of zeros or of garbage in any place of any segment: what it touches is
  /// set aside and said, all other records stay, places too, and a second start finds nothing.
  @RepeatedTest(200)
  void damageInTheMiddleLosesOnlyWhatItTouches(RepetitionInfo repetition) throws IOException {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    var disk = new FaultyDisk(random);
    var places = new ArrayList<Journal.Position>();
    var start = new Journal.Position(1, 0);
    try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {}, _ -> {})) {
      for (int i = 0; i < 60; i++) {
        long segment = journal.append(record(i));
        places.add(new Journal.Position(segment, journal.end().offset()));
      }
    }
    int number = 1 + random.nextInt(3);
    var file = FOLDER.resolve("0000000" + number + ".journal");
    var content = disk.readWhole(file);
    int from = random.nextInt(content.length);
    int to = Math.min(content.length, from + 1 + random.nextInt(random.nextBoolean() ? 1 : 60));
    for (int i = from; i < to; i++) {
      content[i] = (byte) (to == from + 1 ? content[i] ^ 4 : seed % 2 == 0 ? 0 : ~content[i]);
    }
    disk.writeWhole(file, content);
    var kept = new ArrayList<String>();
    long offset = 0;
    for (int i = 0; i < 60; i++) {
      var end = places.get(i);
      long begin = end.segment() == number ? offset : 0;
      offset = end.segment() == number ? end.offset() : 0;
      if (end.segment() != number || end.offset() <= from || begin >= to) {
        kept.add("record " + i);
      }
    }
    var said = new ArrayList<String>();
    var found = new ArrayList<String>();
    try (var journal = Journal.open(disk, FOLDER, SMALL, into(found), said::add)) {
      assertThat(found).as("-Dseed=%d %s", seed, said).isEqualTo(kept);
      assertThat(said).as("-Dseed=%d", seed).hasSize(kept.size() == 60 ? 0 : 1);
      assertThat(said)
          .allSatisfy(
              what ->
                  assertThat(what)
                      .matches(
                          file
                              + " at \\d+: .* \\(expected: .*\\);"
                              + " \\d+ bytes are set aside in "
                              + file.getFileName()
                              + "\\.(torn|damaged-\\d+), the rest is"
                              + " kept"));
      assertThat(readOn(journal, start)).as("-Dseed=%d", seed).isEqualTo(kept);
      journal.append(record(60));
      journal.sync();
    }
    kept.add("record 60");
    said.clear();
    found.clear();
    Journal.open(disk.afterReboot(), FOLDER, SMALL, into(found), said::add).close();
    assertThat(found).as("-Dseed=%d", seed).isEqualTo(kept);
    assertThat(said).as("-Dseed=%d", seed).isEmpty();
  }

  @Test
  void aJournalWhoseSegmentsAreGoneIsSaid() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    var said = new ArrayList<String>();
    Journal.open(disk, FOLDER, SMALL, _ -> {}, said::add).close();
    assertThat(said).isEmpty();
    disk.delete(FOLDER.resolve("00000001.journal"));
    Journal.open(disk, FOLDER, SMALL, _ -> {}, said::add).close();
    assertThat(said).singleElement().asString().contains(FOLDER + " has no segment");
  }

  @Test
  void whatWasSetAsideGoesWithItsSegment() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {}, _ -> {})) {
      journal.append(record(1));
    }
    disk.writeWhole(
        FOLDER.resolve("00000001.journal"),
        Arrays.copyOf(disk.readWhole(FOLDER.resolve("00000001.journal")), 5));
    try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {}, _ -> {})) {
      assertThat(disk.exists(FOLDER.resolve("00000001.journal.torn"))).isTrue();
      journal.dropBefore(journal.cut());
      assertThat(disk.exists(FOLDER.resolve("00000001.journal.torn"))).isFalse();
    }
  }

  @Test
  void aSegmentThatIsMissingIsSaid() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {}, _ -> {})) {
      for (int i = 0; i < 30; i++) {
        journal.append(record(i));
      }
    }
    disk.delete(FOLDER.resolve("00000002.journal"));
    var said = new ArrayList<String>();
    var found = new ArrayList<String>();
    Journal.open(disk, FOLDER, SMALL, into(found), said::add).close();
    assertThat(said)
        .containsExactly(
            FOLDER
                + "/00000003.journal follows on number 1 (expected: 2); what was in"
                + " between is lost");
    assertThat(found).contains("record 0", "record 29");
  }

  private static Consumer<ByteBuffer> into(List<String> found) {
    return payload -> found.add(StandardCharsets.UTF_8.decode(payload).toString());
  }

  private static ByteBuffer record(int number) {
    return ByteBuffer.wrap(("record " + number).getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> replay(FaultyDisk disk) throws IOException {
    var found = new ArrayList<String>();
    Journal.open(
            disk,
            FOLDER,
            SMALL,
            payload -> found.add(StandardCharsets.UTF_8.decode(payload).toString()),
            _ -> {})
        .close();
    return found;
  }
}

package dev.gori.machinery.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.id.Bytes;
import dev.gori.testkit.FaultyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
        try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {})) {
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
        try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {})) {
            var start = journal.end();
            assertThat(journal.next(start)).isEmpty();
            for (int i = 0; i < 40; i++) {
                journal.append(record(i));
            }
            assertThat(readOn(journal, start))
                    .hasSize(40)
                    .startsWith("record 0")
                    .endsWith("record 39");
            var end = journal.end();
            journal.append(record(40));
            assertThat(readOn(journal, end)).containsExactly("record 40");

            disk.flipBit(FOLDER.resolve("00000001.journal"), 8 + 4);
            assertThat(readOn(journal, start))
                    .as("the rest of a damaged segment is passed over")
                    .startsWith("record 12");
            journal.dropBeyond(new Bytes(450));
            assertThat(journal.size()).isLessThanOrEqualTo(450);
            assertThat(readOn(journal, start))
                    .as("what was dropped is passed over")
                    .startsWith("record 23")
                    .endsWith("record 40");

            disk.flipBit(FOLDER.resolve("00000004.journal"), 8 + 4);
            journal.append(record(41));
            var rest = readOn(journal, new Journal.Place(4, 0));
            journal.append(record(42));
            assertThat(rest).as("damage in the segment that is written to ends it").isEmpty();
            assertThat(readOn(journal, new Journal.Place(4, 0))).containsExactly("record 42");
        }
    }

    private static List<String> readOn(Journal journal, Journal.Place from) throws IOException {
        var read = new ArrayList<String>();
        for (var entry = journal.next(from);
                entry.isPresent();
                entry = journal.next(entry.get().next())) {
            read.add(StandardCharsets.UTF_8.decode(entry.get().payload()).toString());
        }
        return read;
    }

    @Test
    void aFlippedBitSetsTheRestOfItsSegmentAsideAndTheNextSegmentIsRead() throws IOException {
        var disk = new FaultyDisk(new Random(1));
        try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {})) {
            for (int i = 0; i < 3; i++) {
                journal.append(record(i));
            }
            journal.cut();
            journal.append(record(3));
        }
        disk.flipBit(FOLDER.resolve("00000001.journal"), 16 + 8 + 4);
        assertThat(replay(disk)).containsExactly("record 0", "record 3");
        assertThat(disk.files()).contains(FOLDER.resolve("00000001.journal.torn"));
        assertThat(replay(disk))
                .as("a second start finds nothing more to set aside")
                .containsExactly("record 0", "record 3");
    }

    @Test
    void afterAFullDiskItRefusesUntilItIsOpenedAnewAndKeepsWhatWasSynced() throws IOException {
        var disk = new FaultyDisk(new Random(1)).room(60);
        var journal = Journal.open(disk, FOLDER, SMALL, _ -> {});
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
        try (var journal = Journal.open(disk, FOLDER, SMALL, _ -> {})) {
            journal.append(record(0));
            long next = journal.cut();
            journal.append(record(1));
            journal.dropBefore(next);
        }
        assertThat(replay(disk)).containsExactly("record 1");
    }

    @Test
    void aRecordThatIsEmptyOrTooLongIsRefused() throws IOException {
        try (var journal = Journal.open(new FaultyDisk(new Random(1)), FOLDER, SMALL, _ -> {})) {
            assertThatThrownBy(() -> journal.append(ByteBuffer.allocate(0)))
                    .hasMessage("record: 0 bytes (expected: 1 to 100)");
            assertThatThrownBy(() -> journal.append(ByteBuffer.allocate(101)))
                    .hasMessage("record: 101 bytes (expected: 1 to 100)");
        }
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
                        payload -> found.add(StandardCharsets.UTF_8.decode(payload).toString()))
                .close();
        return found;
    }
}

package dev.gori.metrics.remote.sender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.journal.Journal.Position;
import dev.gori.base.journal.SyncPolicy;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.slf4j.LoggerFactory;

/// Writes and reads the queue while its disk fails, then reads it to the end: every acknowledged
/// item was read, in order, and nothing else. A failure prints its seed; `-Dseed=` repeats it.
final class QueuePowerCutTest {

  private static final Path FOLDER = Path.of("/data/forward");
  private static final Path FILE = FOLDER.resolve("position-00");
  private static final Bytes ROOMY = Bytes.mebi(1);

  private final ManualClock time = new ManualClock();
  private final List<Long> read = new ArrayList<>();
  private QueuePosition before =
      new QueuePosition(new Position(1, 0), SampleCounts.NONE); // the last batch
  private int readBefore;
  private long written;
  private long acknowledged;

  @RepeatedTest(200)
  void whatWasAcknowledgedIsRead(RepetitionInfo repetition) throws IOException {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    var disk = new FaultyDisk(random);
    for (int life = 0; life < 3; life++) {
      disk.powerCutAfterWrites(3 + random.nextInt(120));
      live(disk, random);
      disk = disk.afterReboot();
    }
    try (var queue = open(disk)) {
      readOn(queue, disk, position(queue, disk), Integer.MAX_VALUE);
    }
    var seen = new TreeSet<>(read);
    for (long i = 0; i < acknowledged; i++) {
      assertThat(seen).as("seed %d: %d of %d acknowledged", seed, i, acknowledged).contains(i);
    }
    assertThat(seen).as("seed %d", seed).allMatch(i -> i < written);
    for (int i = 1; i < read.size(); i++) {
      assertThat(read.get(i))
          .as("seed %d: nothing is left out, though some may come again", seed)
          .isLessThanOrEqualTo(read.get(i - 1) + 1);
    }
  }

  private DiskQueue open(FaultyDisk disk) throws IOException {
    return DiskQueue.open(disk, FOLDER, ROOMY, time, LoggerFactory.getLogger("metrics"));
  }

  /// Where to continue reading. If that is before the last batch, it is read again.
  private QueuePosition position(DiskQueue queue, FaultyDisk disk) throws IOException {
    var position =
        disk.exists(FILE)
            ? QueuePosition.parse(disk.readWhole(FILE))
            : new QueuePosition(new Position(1, 0), SampleCounts.NONE);
    queue.raiseTotal(position.counts());
    if (position.equals(before)) {
      read.subList(readBefore, read.size()).clear();
    }
    return position;
  }

  /// Writes and reads until the power fails. Unacknowledged items are written again, as clients do.
  private void live(FaultyDisk disk, Random random) {
    try (var queue = open(disk)) {
      var at = position(queue, disk);
      long next = acknowledged;
      while (!disk.isDark()) {
        int count = 1 + random.nextInt(5);
        var items = new ArrayList<QueueItem>();
        for (long i = next; i < next + count; i++) {
          items.add(
              new QueueItem.FloatSample(
                  Labels.of(Labels.NAME, "m", "i", String.valueOf(i % 3)), i, i, 0));
        }
        written = Math.max(written, next + count);
        var sync = random.nextBoolean() ? SyncPolicy.NOW : SyncPolicy.SOON;
        queue.add(items, sync);
        next += count;
        acknowledged = sync == SyncPolicy.NOW ? next : acknowledged;
        if (random.nextInt(3) == 0) {
          at = readOn(queue, disk, at, 1 + random.nextInt(3));
        }
      }
    } catch (IOException _) {
      // the power is off
    }
  }

  private QueuePosition readOn(DiskQueue queue, FaultyDisk disk, QueuePosition from, int parcels)
      throws IOException {
    var at = from;
    for (int i = 0; i < parcels; i++) {
      var parcel = SendBatch.take(queue, at, 7);
      if (parcel.isEmpty()) {
        return at;
      }
      before = at;
      readBefore = read.size();
      parcel.items().forEach(item -> read.add(item.millis()));
      disk.writeWhole(FILE, parcel.after().text());
      at = parcel.after();
      queue.release(at.offset());
    }
    return at;
  }
}

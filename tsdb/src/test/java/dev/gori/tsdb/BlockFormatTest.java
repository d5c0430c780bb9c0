package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.roaringbitmap.RoaringBitmap;

/// Blocks, tombstones and snapshot folders have the format of `docs/formats/tsdb-block.md` and
/// `tsdb-tombstones.md`, byte by byte.
@ExtendWith(NoLeaks.class)
final class BlockFormatTest {

  private static final Path FOLDER = Path.of("/data/tsdb");
  private static final TsdbSettings SETTINGS =
      new TsdbSettings(Duration.ofMinutes(10), Duration.ofHours(20), new Bytes(0), 1000);
  private static final Labels FLOATS = Labels.of(Labels.NAME, "floats", "host", "ä");
  private static final Labels WHOLE = Labels.of(Labels.NAME, "whole", "host", "b");
  private static final Labels CUSTOM = Labels.of(Labels.NAME, "custom");
  private static final Labels LATENCY = Labels.of(Labels.NAME, "latency");

  private final FaultyDisk disk = new FaultyDisk(new Random(1));

  private Tsdb filled() throws IOException {
    var db = Tsdb.open(disk, FOLDER, SETTINGS, new ManualClock());
    double[] floats = {0.5, 0.5, 0.875, 0.625, -3e300};
    long[] whole = {-10, 20, 40, 4, 1L << 53};
    for (int i = 0; i < 5; i++) {
      long millis = 1000 + i * 15_000L;
      append(
          db,
          new AppendBatch()
              .add(FLOATS, millis, floats[i])
              .add(WHOLE, millis + i, whole[i])
              .startedAt(i == 0 ? 0 : i < 3 ? -5000 : 40_000)
              .add(LATENCY, millis, latency(i))
              .add(CUSTOM, millis, custom(i)));
    }
    append(db, new AppendBatch().add(FLOATS, 1_000_000, 1));
    db.maintain();
    return db;
  }

  private static void append(Tsdb db, AppendBatch batch) {
    assertThat(db.append(batch).problem()).isEmpty();
  }

  /// Adds a bucket, grows, and resets with fewer buckets.
  private static FloatHistogram latency(int i) {
    return switch (i) {
      case 0 -> exponential(1, 2.5, Buckets.from(-2, 1, 2), Buckets.NONE);
      case 1 -> exponential(2, 3.5, Buckets.from(-2, 2, 3, 4), Buckets.from(5, 7));
      case 2 -> exponential(3, 3.75, Buckets.from(-2, 3, 5, 6), Buckets.from(5, 8));
      case 3 -> exponential(0, 1, Buckets.from(0, 1), Buckets.NONE).withHint(ResetHint.RESET);
      default -> exponential(0, 2, Buckets.from(0, 2), Buckets.NONE);
    };
  }

  private static FloatHistogram exponential(double zero, double sum, Buckets up, Buckets down) {
    return FloatHistogram.exponential(
        3, 0x1p-128, zero, zero + up.total() + down.total(), sum, up, down);
  }

  private static FloatHistogram custom(int i) {
    var up = i < 2 ? Buckets.from(0, 0.5 + i) : Buckets.from(0, 2.5, i);
    return FloatHistogram.custom(up.total(), i, up, 0.25, 1 / 3.0)
        .withHint(i < 3 ? ResetHint.UNKNOWN : ResetHint.GAUGE);
  }

  /// Reads all sections, and checks that they neither overlap nor leave gaps.
  private List<String> block(byte[] file) throws IOException {
    var said = new ArrayList<String>();
    var trailer = new FieldReader(Arrays.copyOfRange(file, file.length - 24, file.length));
    int place = (int) trailer.little(8);
    var description = Arrays.copyOfRange(file, place, place + (int) trailer.little(4));
    assertThat(trailer.checksum()).isEqualTo(FieldReader.crc(description));
    assertThat(new String(trailer.take(8), StandardCharsets.US_ASCII)).isEqualTo("GORITSB1");
    trailer.end();
    assertThat(place + description.length + 24).isEqualTo(file.length);

    var about = new FieldReader(description);
    said.add(
        "block %d from %d to %d: %d series, %d chunks, %d samples"
            .formatted(
                about.number(),
                about.signed(),
                about.signed(),
                about.number(),
                about.number(),
                about.number()));
    for (int left = about.count(); left > 0; left--) {
      said.add("parent " + about.number());
    }
    int textsAt = about.count();
    var texts = texts(section(file, textsAt, about));
    int placesAt = about.count();
    var places = section(file, placesAt, about);
    int entriesAt = about.count();
    var entries = section(file, entriesAt, about);
    int postingsAt = about.count();
    var postings = section(file, postingsAt, about);
    assertThat(textsAt + length(texts)).isEqualTo(placesAt);
    assertThat(placesAt + places.length).isEqualTo(entriesAt);
    assertThat(entriesAt + entries.length).isEqualTo(postingsAt);
    assertThat(postingsAt + postings.length).isEqualTo(place);

    said.add("texts " + String.join(" ", texts));
    assertThat(entries(file, texts, places, entries, said)).isEqualTo(textsAt);
    postings(about, texts, new FieldReader(postings), said);
    about.end();
    return said;
  }

  private static int length(List<String> texts) {
    return texts.stream() // each below 128 bytes
        .mapToInt(text -> 1 + text.getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  private static byte[] section(byte[] file, int at, FieldReader about) {
    var bytes = Arrays.copyOfRange(file, at, at + about.count());
    assertThat(about.checksum()).isEqualTo(FieldReader.crc(bytes));
    return bytes;
  }

  private static List<String> texts(byte[] section) {
    var in = new FieldReader(section);
    var texts = new ArrayList<String>();
    while (in.hasMore()) {
      texts.add(in.text());
    }
    return texts;
  }

  /// @return end of the last chunk
  private static int entries(
      byte[] file, List<String> texts, byte[] places, byte[] section, List<String> said) {
    var starts = new FieldReader(places);
    var in = new FieldReader(section);
    int end = 0;
    for (int series = 0; in.hasMore(); series++) {
      assertThat(starts.little(4)).isEqualTo(in.at());
      var labels = new ArrayList<String>();
      for (int left = in.count(); left > 0; left--) {
        labels.add(texts.get(in.count()) + "=" + texts.get(in.count()));
      }
      said.add("series %d %s".formatted(series, String.join(",", labels)));
      long time = 0;
      for (int left = in.count(); left > 0; left--) {
        int code = in.u8();
        long first = time + in.signed();
        time = first + in.number();
        int count = in.count();
        assertThat(in.count()).isEqualTo(end);
        var stored = new FieldReader(Arrays.copyOfRange(file, end, file.length));
        var content = stored.take(in.count());
        assertThat(stored.checksum()).isEqualTo(FieldReader.crc(content));
        end += stored.at();
        said.add("chunk %d from %d to %d".formatted(code, first, time));
        said.addAll(ChunkFormatReader.samples(code, count, content));
      }
    }
    starts.end();
    return end;
  }

  private static void postings(
      FieldReader about, List<String> texts, FieldReader postings, List<String> said)
      throws IOException {
    for (int left = about.count(); left > 0; left--) {
      var name = texts.get(about.count());
      assertThat(about.count()).isEqualTo(postings.at());
      var values = postings.part(about.count());
      for (int each = values.count(); each > 0; each--) {
        var value = texts.get(values.count());
        var portable = ByteBuffer.wrap(values.take(values.count()));
        var series = new RoaringBitmap();
        series.deserialize(portable);
        assertThat(series.serializedSizeInBytes()).isEqualTo(portable.capacity());
        said.add("%s=%s in %s".formatted(name, value, series));
      }
      values.end();
    }
    postings.end();
  }

  @Test
  void aBlockIsWhatThePageSays() throws IOException {
    try (var _ = filled()) {
      var file = FOLDER.resolve("blocks").resolve("00000001.block");
      assertThat(FieldReader.lines(block(disk.readWhole(file))))
          .isEqualTo(
              """
                    block 1 from 0 to 600000: 4 series, 4 chunks, 20 samples
                    texts __name__ custom floats host ä latency whole b
                    series 0 __name__=custom
                    chunk 4 from 1000 to 61000
                    1000 unknown schema -53 zero within 0.0 bounds [0.25, 0.3333333333333333]
                      count 0.5 zero 0.0 +0:0.5 sum 0.0
                    16000 not reset schema -53 zero within 0.0 bounds [0.25, 0.3333333333333333]
                      count 1.5 zero 0.0 +0:1.5 sum 1.0
                    31000 not reset schema -53 zero within 0.0 bounds [0.25, 0.3333333333333333]
                      count 4.5 zero 0.0 +0:2.5 +1:2.0 sum 2.0
                    46000 gauge schema -53 zero within 0.0 bounds [0.25, 0.3333333333333333]
                      count 5.5 zero 0.0 +0:2.5 +1:3.0 sum 3.0
                    61000 gauge schema -53 zero within 0.0 bounds [0.25, 0.3333333333333333]
                      count 6.5 zero 0.0 +0:2.5 +1:4.0 sum 4.0
                    series 1 __name__=floats,host=ä
                    chunk 1 from 1000 to 61000
                    1000 0.5
                    16000 0.5
                    31000 0.875
                    46000 0.625
                    61000 -3.0E300
                    series 2 __name__=latency
                    chunk 3 from 1000 to 61000
                    1000 unknown schema 3 zero within 2.938735877055719E-39
                      count 4 zero 1 +-2:1 +-1:2 sum 2.5
                    16000 not reset schema 3 zero within 2.938735877055719E-39
                      count 18 zero 2 +-2:2 +-1:3 +0:4 -5:7 sum 3.5
                    31000 not reset schema 3 zero within 2.938735877055719E-39
                      count 25 zero 3 +-2:3 +-1:5 +0:6 -5:8 sum 3.75
                    46000 reset schema 3 zero within 2.938735877055719E-39
                      count 1 zero 0 +0:1 sum 1.0
                    61000 not reset schema 3 zero within 2.938735877055719E-39
                      count 2 zero 0 +0:2 sum 2.0
                    series 3 __name__=whole,host=b
                    chunk 130 from 1000 to 61004
                    1000 -10
                    16001 20 began -5000
                    31002 40 began -5000
                    46003 4 began 40000
                    61004 9007199254740992 began 40000
                    __name__=custom in {0}
                    __name__=floats in {1}
                    __name__=latency in {2}
                    __name__=whole in {3}
                    host=b in {3}
                    host=ä in {1}
                    """);
    }
  }

  @Test
  void tombstonesAndWhatIsWrittenAnewAreWhatThePagesSay() throws IOException {
    try (var db = filled()) {
      db.delete(List.of(List.of(Matcher.equal("host", "b"))), 16_000, 32_000);
      db.delete(List.of(List.of(Matcher.equal("host", "b"))), -7, 1000);
      db.delete(List.of(List.of(Matcher.equal(Labels.NAME, "custom"))), 0, 1L << 40);
      var file = FOLDER.resolve("blocks").resolve("00000001.block.tombstones");
      assertThat(FieldReader.lines(tombstones(disk.readWhole(file))))
          .isEqualTo(
              """
                    series 0 from 0 to 1099511627776
                    series 3 from -7 to 1000
                    series 3 from 16000 to 32000
                    """);
      db.cleanTombstones();
      assertThat(disk.exists(file)).isFalse();
      var anew = FOLDER.resolve("blocks").resolve("00000002.block");
      assertThat(block(disk.readWhole(anew)))
          .startsWith("block 2 from 0 to 600000: 3 series, 3 chunks, 12 samples", "parent 1");
    }
  }

  private static List<String> tombstones(byte[] file) {
    var in = new FieldReader(file);
    assertThat(new String(in.take(8), StandardCharsets.US_ASCII)).isEqualTo("GORITTB1");
    assertThat(in.checksum()).isEqualTo(FieldReader.crc(Arrays.copyOfRange(file, 12, file.length)));
    var said = new ArrayList<String>();
    for (int left = in.count(); left > 0; left--) {
      var series = "series " + in.number();
      for (int times = in.count(); times > 0; times--) {
        said.add("%s from %d to %d".formatted(series, in.signed(), in.signed()));
      }
    }
    in.end();
    return said;
  }

  @Test
  void aSnapshotIsTheFolderThatThePageSays() throws IOException {
    try (var db = filled()) {
      db.delete(List.of(List.of(Matcher.equal("host", "b"))), 16_000, 32_000);
      var before = disk.files();
      var all = db.snapshot("all", false);
      var blocks = db.snapshot("blocks", true);
      assertThat(disk.files()).containsAll(before).hasSize(before.size() + 7);
      assertThat(new String(disk.readWhole(all.resolve("version")), StandardCharsets.UTF_8))
          .isEqualTo("gori tsdb 3\n");
      assertThat(disk.list(all))
          .containsExactlyInAnyOrder(all.resolve("blocks"), all.resolve("version"));
      for (var name : List.of("00000001.block", "00000001.block.tombstones")) {
        var linked = disk.readWhole(FOLDER.resolve("blocks").resolve(name));
        assertThat(disk.readWhole(all.resolve("blocks").resolve(name))).isEqualTo(linked);
        assertThat(disk.readWhole(blocks.resolve("blocks").resolve(name))).isEqualTo(linked);
      }
      assertThat(block(disk.readWhole(all.resolve("blocks").resolve("00000002.block"))))
          .startsWith("block 2 from 1000000 to 1000001: 1 series, 1 chunks, 1 samples")
          .contains("series 0 __name__=floats,host=ä", "1000000 1");
    }
  }
}

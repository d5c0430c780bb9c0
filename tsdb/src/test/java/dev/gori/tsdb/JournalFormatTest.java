package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The records of the journal have the format of `docs/formats/tsdb-journal.md`, item by item.
@ExtendWith(NoLeaks.class)
final class JournalFormatTest {

  private static final Path FOLDER = Path.of("/data/tsdb");
  private static final TsdbSettings SETTINGS =
      new TsdbSettings(Duration.ofHours(2), Duration.ofDays(15), new Bytes(0), 1000)
          .withOutOfOrder(Duration.ofHours(1));
  private static final Labels A = Labels.of(Labels.NAME, "a", "host", "ä");
  private static final Labels B = Labels.of(Labels.NAME, "b");

  private final FaultyDisk disk = new FaultyDisk(new Random(1));

  private static Exemplar exemplar(String id, double value, long millis) {
    return new Exemplar(Labels.of("id", id), value, millis);
  }

  private static void append(Tsdb db, AppendBatch batch) {
    assertThat(db.append(batch).problem()).isEmpty();
  }

  private static void fill(Tsdb db) {
    append(
        db,
        new AppendBatch()
            .add(A, 50_000, 7)
            .startedAt(40_000)
            .add(B, 49_999, -0.0)
            .startedAt(39_000)
            .exemplar(A, exemplar("x", 0.25, 50_000)));
    append(db, new AppendBatch().add(A, 65_000, -300).add(A, 20_000, 4).add(B, 10_000, 0.5));
    append(
        db,
        new AppendBatch()
            .add(B, 70_000, whole())
            .add(B, 80_000, fractions())
            .add(B, 90_000, custom())
            .add(B, 60_000, whole()));
    db.delete(List.of(List.of(Matcher.equal("host", "ä"))), 65_000, 1L << 40);
    append(db, new AppendBatch().exemplar(B, exemplar("y", 2, 90_000)));
    db.delete(List.of(List.of(Matcher.equal("host", "ä"))), -5, 10);
  }

  private static FloatHistogram whole() {
    var up = Buckets.of(new int[] {-1, 0, 3}, new double[] {1, 2, 3});
    return FloatHistogram.exponential(3, 0.001, 4, 11, 2.5, up, Buckets.from(2, 1));
  }

  private static FloatHistogram fractions() {
    return FloatHistogram.exponential(-1, 0x1p-128, 0.5, 2, 1, Buckets.from(0, 1.5), Buckets.NONE)
        .withHint(ResetHint.GAUGE);
  }

  private static FloatHistogram custom() {
    return FloatHistogram.custom(2, 1.5, Buckets.from(1, 2), 0.5, 1);
  }

  /// The items of the newest segment; each record begins with a line of its own.
  private List<String> newestSegment() throws IOException {
    var file = disk.list(FOLDER.resolve("journal")).stream().max(Path::compareTo).orElseThrow();
    var in = new FieldReader(disk.readWhole(file));
    var said = new ArrayList<String>();
    while (in.hasMore()) {
      int length = (int) in.little(4);
      var checksum = in.checksum();
      var payload = in.take(length);
      assertThat(checksum).isEqualTo(FieldReader.crc(payload));
      said.add("record");
      new Items(new FieldReader(payload), said).all();
    }
    in.end();
    return said;
  }

  /// The items of one record.
  private static final class Items {
    private final FieldReader in;
    private final List<String> said;
    private long series;
    private long time;
    private long start;

    Items(FieldReader in, List<String> said) {
      this.in = in;
      this.said = said;
    }

    void all() {
      while (in.hasMore()) {
        int kind = in.u8();
        said.add(kind + " " + item(kind >= 16 ? kind - 16 : kind));
      }
      in.end();
    }

    private String item(int kind) {
      return switch (kind) {
        case 1 -> "series %d %s".formatted(in.number(), in.labels());
        case 2 -> sample() + " " + in.signed();
        case 3 -> sample() + " " + in.f64();
        case 4 -> chunk();
        case 5 -> sample() + " " + histogram();
        case 6 -> "start " + (start += in.signed());
        case 7 -> "series %d %s".formatted(in.number(), exemplar());
        case 8 -> "series %d from %d to %d".formatted(in.number(), in.signed(), in.signed());
        case 9 -> "place %d of %s: %s".formatted(in.number(), in.labels(), exemplar());
        case 10 -> "place " + in.number();
        case 11 -> "%s from %d to %d".formatted(in.labels(), in.signed(), in.signed());
        default -> throw new AssertionError("item " + kind);
      };
    }

    private String sample() {
      series += in.signed();
      time += in.signed();
      return "series %d at %d".formatted(series, time);
    }

    private String exemplar() {
      return "at %d %s %s".formatted(in.signed(), in.f64(), in.labels());
    }

    private String chunk() {
      long number = in.number();
      int code = in.u8();
      long first = in.signed();
      long last = first + in.number();
      int count = in.count();
      var content = in.take(in.count());
      return "series %d chunk %d from %d to %d\n%s"
          .formatted(
              number,
              code,
              first,
              last,
              String.join("\n", ChunkFormatReader.samples(code, count, content)));
    }

    private String histogram() {
      int flags = in.u8();
      boolean whole = flags % 2 == 1;
      int schema = (byte) in.u8();
      var said = new StringBuilder("hint %d schema %d".formatted(flags >> 1, schema));
      said.append(" sum ").append(in.f64()).append("\n  count ").append(count(whole));
      if (schema == -53) {
        for (int left = in.count(); left > 0; left--) {
          said.append(" bound ").append(in.f64());
        }
      } else {
        said.append(" zero within ").append(in.f64()).append(' ').append(count(whole));
        buckets(said, " -", whole);
      }
      buckets(said, " +", whole);
      return said.toString();
    }

    private void buckets(StringBuilder said, String sign, boolean whole) {
      long expected = 0;
      for (int left = in.count(); left > 0; left--) {
        expected += in.signed();
        said.append(sign).append(expected++).append(':').append(count(whole));
      }
    }

    private String count(boolean whole) {
      return whole ? String.valueOf(in.signed()) : String.valueOf(in.f64());
    }
  }

  @Test
  void whatArrivesIsJournalledAsThePageSays() throws IOException {
    try (var db = Tsdb.open(disk, FOLDER, SETTINGS, new ManualClock())) {
      fill(db);
      assertThat(FieldReader.lines(newestSegment()))
          .isEqualTo(
              """
                    record
                    1 series 1 __name__=a,host=ä
                    6 start 40000
                    2 series 1 at 50000 7
                    1 series 2 __name__=b
                    6 start 39000
                    3 series 2 at 49999 -0.0
                    7 series 1 at 50000 0.25 id=x
                    record
                    2 series 1 at 65000 -300
                    18 series 1 at 20000 4
                    19 series 2 at 10000 0.5
                    record
                    5 series 2 at 70000 hint 0 schema 3 sum 2.5
                      count 11 zero within 0.001 4 -2:1 +-1:1 +0:2 +3:3
                    5 series 2 at 80000 hint 3 schema -1 sum 1.0
                      count 2.0 zero within 2.938735877055719E-39 0.5 +0:1.5
                    5 series 2 at 90000 hint 0 schema -53 sum 1.5
                      count 2 bound 0.5 bound 1.0 +1:2
                    21 series 2 at 60000 hint 0 schema 3 sum 2.5
                      count 11 zero within 0.001 4 -2:1 +-1:1 +0:2 +3:3
                    record
                    8 series 1 from 65000 to 1099511627776
                    11 __name__=a,host=ä from 65000 to 1099511627776
                    record
                    7 series 2 at 90000 2.0 id=y
                    record
                    8 series 1 from -5 to 10
                    11 __name__=a,host=ä from -5 to 10
                    """);
    }
  }

  @Test
  void aPictureIsWhatThePageSays() throws IOException {
    try (var db = Tsdb.open(disk, FOLDER, SETTINGS, new ManualClock())) {
      fill(db);
    }
    assertThat(FieldReader.lines(newestSegment()))
        .isEqualTo(
            """
                    record
                    10 place 2
                    record
                    1 series 1 __name__=a,host=ä
                    4 series 1 chunk 130 from 50000 to 50000
                    50000 7 began 40000
                    20 series 1 chunk 2 from 20000 to 20000
                    20000 4
                    1 series 2 __name__=b
                    4 series 2 chunk 129 from 49999 to 49999
                    49999 -0.0 began 39000
                    4 series 2 chunk 3 from 70000 to 70000
                    70000 unknown schema 3 zero within 0.001
                      count 11 zero 4 +-1:1 +0:2 +3:3 -2:1 sum 2.5
                    4 series 2 chunk 4 from 80000 to 90000
                    80000 gauge schema -1 zero within 2.938735877055719E-39
                      count 2.0 zero 0.5 +0:1.5 sum 1.0
                    90000 unknown schema -53 zero within 0.0 bounds [0.5, 1.0]
                      count 2.0 zero 0.0 +1:2.0 sum 1.5
                    20 series 2 chunk 1 from 10000 to 10000
                    10000 0.5
                    20 series 2 chunk 3 from 60000 to 60000
                    60000 unknown schema 3 zero within 0.001
                      count 11 zero 4 +-1:1 +0:2 +3:3 -2:1 sum 2.5
                    record
                    9 place 0 of __name__=a,host=ä: at 50000 0.25 id=x
                    9 place 1 of __name__=b: at 90000 2.0 id=y
                    """);
  }
}

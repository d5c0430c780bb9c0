package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Native histograms, exemplars and start timestamps from the batch through journal, head and
/// blocks to the reader.
@ExtendWith(NoLeaks.class)
final class HistogramStoreTest {

  private static final Path FOLDER = Path.of("/data/tsdb");
  private static final TsdbSettings SMALL =
      new TsdbSettings(Duration.ofMinutes(10), Duration.ofHours(20), new Bytes(0), 1000);
  private static final Labels LATENCY = Labels.of(Labels.NAME, "latency", "job", "a");
  private static final long STEP = 15_000;

  private final FaultyDisk disk = new FaultyDisk(new Random(1));
  private final ManualClock time = new ManualClock();

  private Tsdb open() throws IOException {
    return Tsdb.open(disk, FOLDER, SMALL, time);
  }

  private static SampleBuffer read(Tsdb db) {
    var read = new SampleBuffer(64);
    db.select(List.of(Matcher.equal(Labels.NAME, "latency")), Long.MIN_VALUE, Long.MAX_VALUE)
        .forEach(series -> series.read(read));
    return read;
  }

  private static void check(Tsdb db, List<FloatHistogram> wanted) {
    var read = read(db);
    assertThat(read.size()).isEqualTo(wanted.size());
    for (int i = 0; i < wanted.size(); i++) {
      var found = read.histogramAt(i);
      assertThat(found != null && found.sameAs(wanted.get(i)))
          .as("%d: %s (expected: %s)", i, found, wanted.get(i))
          .isTrue();
      assertThat(read.startAt(i)).isEqualTo(7L + i / 100);
    }
  }

  @Test
  void histogramsLiveThroughJournalBlocksMergesAndRestarts() throws IOException {
    var source = new Histograms(11);
    var wanted = new ArrayList<FloatHistogram>();
    for (int boot = 0; boot < 4; boot++) {
      try (var db = open()) {
        check(db, wanted);
        for (int i = 0; i < 100; i++) {
          var next = (wanted.size() % 130 == 129 ? source.reset() : source).more(3);
          var done =
              db.append(
                  new AppendBatch().add(LATENCY, wanted.size() * STEP, next).startedAt(7L + boot));
          wanted.add(next);
          assertThat(done.histograms()).isEqualTo(new AppendResult.Count(1, 0, 0, 0, 0, 0));
          if (i % 20 == 0) {
            db.maintain();
          }
        }
        check(db, wanted);
      }
    }
    try (var db = open()) {
      assertThat(db.stats().blocks()).isPositive();
      check(db, wanted);
      assertThat(db.takeNotices()).isEmpty();
    }
  }

  @Test
  void aResetIsNeverHiddenBehindABorder() throws IOException {
    var source = new Histograms(12);
    var wanted = new ArrayList<FloatHistogram>();
    try (var db = open()) {
      for (int i = 0; i < 300; i++) {
        wanted.add(
            (i % 40 == 0 ? source.reset() : source)
                .more(3)); // blocks begin at multiples of 40 samples
        db.append(new AppendBatch().add(LATENCY, i * STEP, wanted.getLast()));
        db.maintain();
      }
      var read = read(db);
      for (int i = 1; i < 300; i++) {
        var found = Objects.requireNonNull(read.histogramAt(i));
        boolean reset = wanted.get(i).isResetAfter(wanted.get(i - 1));
        assertThat(found.hint())
            .as("hint of %d", i)
            .isNotEqualTo(reset ? ResetHint.NOT_RESET : ResetHint.RESET);
        assertThat(found.isResetAfter(wanted.get(i - 1))).isEqualTo(reset);
      }
    }
  }

  @Test
  void kindsFollowEachOtherAndEachIsCountedAlone() throws IOException {
    var histogram = new Histograms(13).more(5);
    var wrong = FloatHistogram.exponential(0, 0, 0, -1, 0, Buckets.NONE, Buckets.NONE);
    try (var db = open()) {
      db.append(new AppendBatch().add(LATENCY, 0, 1).add(LATENCY, STEP, histogram));
      var done =
          db.append(
              new AppendBatch()
                  .add(LATENCY, STEP, histogram)
                  .add(LATENCY, STEP, new Histograms(14).more(9))
                  .add(LATENCY, STEP, 3)
                  .add(LATENCY, 0, histogram)
                  .add(LATENCY, 2 * STEP, wrong)
                  .add(LATENCY, 2 * STEP, histogram.times(Double.NaN).withHint(ResetHint.UNKNOWN))
                  .add(
                      LATENCY,
                      3 * STEP,
                      new FloatHistogram(
                          ResetHint.UNKNOWN,
                          0,
                          0,
                          0,
                          0,
                          Sample.STALE,
                          Buckets.NONE,
                          Buckets.NONE,
                          new double[0]))
                  .add(LATENCY, 4 * STEP, histogram));
      assertThat(done.histograms()).isEqualTo(new AppendResult.Count(3, 1, 1, 0, 0, 1));
      assertThat(done.floats()).isEqualTo(new AppendResult.Count(1, 0, 1, 0, 0, 0));
      assertThat(done.rejections())
          .extracting(AppendResult.Rejection::kind)
          .containsExactly(
              AppendResult.Reason.DUPLICATE,
              AppendResult.Reason.OUT_OF_ORDER,
              AppendResult.Reason.INVALID);
      assertThat(done.rejections().getLast().reason()).contains("latency", "count -1.0");
    }
    try (var db = open()) {
      var read = read(db);
      assertThat(read.size()).isEqualTo(5);
      assertThat(read.histogramAt(0)).isNull();
      assertThat(Sample.isStale(read.valueAt(3)) && read.histogramAt(3) == null).isTrue();
      assertThat(read.histogramAt(4)).isEqualTo(histogram);
    }
  }

  @Test
  void aBatchTellsWhatOfItIsStored() throws IOException {
    var told = new ArrayList<String>();
    try (var db = Tsdb.open(disk, FOLDER, SMALL, time)) {
      db.append(new AppendBatch().add(LATENCY, STEP, 1));
      var batch =
          new AppendBatch()
              .add(LATENCY, 0, 7)
              .add(LATENCY, STEP, 1)
              .add(LATENCY, STEP, 2)
              .add(LATENCY, 2 * STEP, FloatHistogram.EMPTY)
              .startedAt(5)
              .add(LATENCY, 3 * STEP, 3)
              .exemplar(LATENCY, exemplar("a", 1, 10))
              .exemplar(LATENCY, exemplar("late", 1, 9));
      db.append(batch);
      batch.forEachStored(
          new AppendBatch.StoredVisitor() {
            @Override
            public void sample(Labels series, long millis, double value, long startMillis) {
              told.add("sample " + millis + " " + value);
            }

            @Override
            public void histogram(
                Labels series, long millis, FloatHistogram histogram, long startMillis) {
              told.add("histogram " + millis + " since " + startMillis);
            }

            @Override
            public void exemplar(Labels series, Exemplar exemplar) {
              told.add("exemplar " + exemplar.millis());
            }
          });
    }
    assertThat(told)
        .as("a sample that was there already with the same value counts as stored")
        .containsExactly(
            "sample " + STEP + " 1.0",
            "histogram " + 2 * STEP + " since 5",
            "sample " + 3 * STEP + " 3.0",
            "exemplar 10");
  }

  @Test
  void exemplarsAreKeptInOrderUpToALimitAndOverARestart() throws IOException {
    var few = SMALL.withExemplars(3);
    try (var db = Tsdb.open(disk, FOLDER, few, time)) {
      var done =
          db.append(
              new AppendBatch()
                  .add(LATENCY, 0, 1)
                  .exemplar(LATENCY, exemplar("a", 1, 10))
                  .exemplar(LATENCY, exemplar("a", 1, 10))
                  .exemplar(LATENCY, exemplar("b", 0.5, 10))
                  .exemplar(LATENCY, exemplar("c", 2, 10))
                  .exemplar(LATENCY, exemplar("d", 2, 9))
                  .exemplar(LATENCY, exemplar("x".repeat(127), 2, 20))
                  .exemplar(Labels.of(Labels.NAME, "nobody"), exemplar("a", 1, 10)));
      assertThat(done.exemplars()).isEqualTo(new AppendResult.ExemplarCount(3, 2, 1, 1));
      assertThat(done.rejections())
          .extracting(AppendResult.Rejection::kind)
          .containsExactly(
              AppendResult.Reason.EXEMPLAR_OUT_OF_ORDER,
              AppendResult.Reason.EXEMPLAR_TOO_LONG,
              AppendResult.Reason.EXEMPLAR_UNKNOWN_SERIES);
      assertThat(exemplars(db, 0, 100)).containsExactly("a", "c");
    }
    try (var db = Tsdb.open(disk, FOLDER, few, time)) {
      assertThat(exemplars(db, 0, 100)).containsExactly("a", "c");
      db.append(
          new AppendBatch()
              .exemplar(LATENCY, exemplar("e", 1, 30))
              .exemplar(LATENCY, exemplar("f", 1, 40)));
      assertThat(exemplars(db, 0, 100)).containsExactly("c", "e", "f");
      assertThat(exemplars(db, 30, 30)).containsExactly("e");
    }
  }

  private static Exemplar exemplar(String trace, double value, long millis) {
    return new Exemplar(Labels.of("id", trace), value, millis);
  }

  private static List<String> exemplars(Tsdb db, long from, long to) {
    return db.exemplars(List.of(List.of(Matcher.equal("job", "a"))), from, to).stream()
        .flatMap(series -> series.exemplars().stream())
        .map(exemplar -> exemplar.labels().get("id"))
        .toList();
  }
}

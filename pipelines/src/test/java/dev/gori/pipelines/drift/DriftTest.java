package dev.gori.pipelines.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gori.kernel.life.Cancellation;
import dev.gori.pipelines.drift.DriftReport.Verdict;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DriftTest {

  // The expected figures are scipy.stats.ks_2samp(a, b, method='asymp') and by hand.
  @Test
  void theStatisticIsTheLargestDistanceOfTheDistributionFunctions() {
    assertThat(Drift.statistic(new double[] {1, 2, 3, 4}, new double[] {1, 2, 3, 4})).isZero();
    assertThat(Drift.statistic(new double[] {1, 2}, new double[] {3, 4})).isEqualTo(1);
    assertThat(Drift.statistic(new double[] {1, 2, 3, 4}, new double[] {3, 4, 5, 6}))
        .isEqualTo(0.5);
    assertThat(Drift.statistic(new double[] {0, 0, 0, 1}, new double[] {0, 1, 1, 1}))
        .isEqualTo(0.5);
  }

  @Test
  void aSeparateSampleHasNoChanceAndAnEqualOneEveryChance() {
    assertThat(Drift.pValue(0, 2_000, 2_000)).isEqualTo(1);
    assertThat(Drift.pValue(1, 2_000, 2_000)).isLessThan(1e-12);
    assertThat(Drift.pValue(0.043, 2_000, 2_000)).isCloseTo(0.049, within(0.003));
  }

  @Test
  void aShiftByTwoDeviationsIsDriftAndAnotherSampleOfTheSameIsNot() {
    var same = compare(columns(1, 0), columns(2, 0));
    var shifted = compare(columns(1, 0), columns(2, 2));
    assertThat(same.verdict()).isEqualTo(Verdict.SAME);
    assertThat(shifted.verdict()).isEqualTo(Verdict.DRIFTED);
    assertThat(shifted.worst())
        .hasValueSatisfying(worst -> assertThat(worst.name()).isEqualTo("moved"));
    assertThat(shifted.why()).contains("in 'moved' is over 0.2");
  }

  @Test
  void everyColumnIsComparedHoweverManyThereAre() {
    var reference = new LinkedHashMap<String, double[]>();
    for (int i = 0; i < 25; i++) {
      reference.put("c" + i, numbers(i, 0));
    }
    var current = new LinkedHashMap<>(reference);
    current.put("c24", numbers(24, 50));
    assertThat(compare(reference, current).worst().orElseThrow().name()).isEqualTo("c24");
  }

  /// What a version looks like beside a steady reference, and what the gate makes of it.
  record Case(String name, double[] reference, double[] current, Verdict verdict, String why) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> whatCannotBeComparedIsNeverTheSame() {
    var steady = numbers(1, 0);
    var oneNaN = steady.clone();
    oneNaN[7] = Double.NaN;
    var infinite = steady.clone();
    infinite[3] = Double.NEGATIVE_INFINITY;
    var nothing = new double[300];
    Arrays.fill(nothing, Double.NaN);
    return Stream.of(
        new Case(
            "one NaN",
            steady,
            oneNaN,
            Verdict.UNCLEAR,
            "1 of 300 values of the new version are NaN"),
        new Case(
            "NaN in the reference",
            oneNaN,
            steady,
            Verdict.UNCLEAR,
            "1 of 300 values of the reference"),
        new Case("all NaN", nothing, nothing, Verdict.UNCLEAR, "300 of 300"),
        new Case("infinite", steady, infinite, Verdict.UNCLEAR, "NaN or infinite"),
        new Case(
            "no rows",
            steady,
            new double[0],
            Verdict.UNCLEAR,
            "the new version has 0 rows (expected: 30 or more)"),
        new Case("few rows", new double[29], steady, Verdict.UNCLEAR, "the reference has 29 rows"),
        new Case(
            "lost column",
            steady,
            null,
            Verdict.UNCLEAR,
            "'x': the reference has this column, the new version does not"),
        new Case(
            "only a new column",
            null,
            steady,
            Verdict.UNCLEAR,
            "no column could be compared; 'x': new"),
        new Case(
            "constant on both sides",
            new double[300],
            new double[300],
            Verdict.UNCLEAR,
            "no column could be compared; 'x': constant: every value is 0.0"),
        new Case(
            "constant became another constant",
            new double[300],
            filled(1),
            Verdict.DRIFTED,
            "1.0000 in 'x'"),
        new Case(
            "constant became alive", new double[300], steady, Verdict.DRIFTED, "in 'x' is over"));
  }

  @ParameterizedTest
  @MethodSource
  void whatCannotBeComparedIsNeverTheSame(Case c) {
    var reference = new LinkedHashMap<String, double[]>();
    var current = new LinkedHashMap<String, double[]>();
    if (c.reference() != null) {
      reference.put("x", c.reference());
    }
    if (c.current() != null) {
      current.put("x", c.current());
    }
    var alone = compare(reference, current);
    assertThat(alone.verdict()).isEqualTo(c.verdict());
    assertThat(alone.why()).contains(c.why());
  }

  @Test
  void anUnclearColumnIsNotOutvotedButDriftElsewhereIsDrift() {
    var reference = columns(1, 0);
    var lost = columns(2, 0);
    lost.remove("steady");
    assertThat(compare(reference, lost).verdict()).isEqualTo(Verdict.UNCLEAR);
    var lostAndMoved = columns(2, 2);
    lostAndMoved.remove("steady");
    assertThat(compare(reference, lostAndMoved).verdict()).isEqualTo(Verdict.DRIFTED);
  }

  @Test
  void newConstantAndIgnoredColumnsAreNamedAndDecideNothing() {
    var reference = columns(1, 0);
    reference.put("flat", new double[300]);
    reference.put("dropped", numbers(3, 0));
    var current = columns(2, 0);
    current.put("flat", new double[300]);
    current.put("fresh", numbers(4, 0));
    assertThat(compare(reference, current).verdict()).isEqualTo(Verdict.UNCLEAR);
    var report = Drift.compare(reference, current, Set.of("dropped"), 0.2);
    assertThat(report.verdict()).isEqualTo(Verdict.SAME);
    assertThat(report.uncompared())
        .extracting(DriftReport.Uncompared::name)
        .containsExactly("flat", "fresh");
  }

  @Test
  void aThresholdThatNothingCanCrossIsRefused() {
    for (double threshold : new double[] {Double.NaN, 0, -1, 1, 20}) {
      assertThatThrownBy(() -> Drift.compare(Map.of(), Map.of(), Set.of(), threshold))
          .hasMessageContaining("(expected: more than 0 and less than 1)");
    }
  }

  @Test
  void aComparisonThatIsNotWantedAnyMoreEnds() {
    var cancellation = new Cancellation();
    assertThatThrownBy(
            () ->
                cancellation.call(
                    () -> {
                      cancellation.cancel(Cancellation.Cause.STOPPING);
                      return compare(columns(1, 0), columns(2, 0));
                    }))
        .isInstanceOf(Cancellation.CancelledException.class);
  }

  private static DriftReport compare(
      Map<String, double[]> reference, Map<String, double[]> current) {
    return Drift.compare(reference, current, Set.of(), 0.20);
  }

  private static double[] filled(double value) {
    var values = new double[300];
    Arrays.fill(values, value);
    return values;
  }

  private static double[] numbers(long seed, double shift) {
    var random = new Random(seed);
    return random.doubles(300).map(_ -> random.nextGaussian() + shift).toArray();
  }

  private static Map<String, double[]> columns(long seed, double shift) {
    var random = new Random(seed);
    var columns = new LinkedHashMap<String, double[]>();
    columns.put("steady", random.doubles(2_000).toArray());
    columns.put("moved", random.doubles(2_000).map(x -> random.nextGaussian() + shift).toArray());
    return columns;
  }
}

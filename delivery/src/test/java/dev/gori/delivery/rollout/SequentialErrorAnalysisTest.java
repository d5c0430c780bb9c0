package dev.gori.delivery.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.delivery.rollout.SequentialErrorAnalysis.Finding;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SequentialErrorAnalysisTest {

  private static final SequentialErrorAnalysis TEST = new SequentialErrorAnalysis(0.02);
  private static final int HISTORIES = 10_000;
  private static final int LONGEST = 3_000;

  record Counts(String name, long requests, long failures, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Counts> findings() {
    return Stream.of(
        new Counts("nobody asked", 0, 0, "within"),
        new Counts("one answered", 1, 0, "within"),
        new Counts("many answered", 1_000_000, 0, "within"),
        new Counts("exactly the limit", 50, 1, "within"),
        new Counts("exactly the limit of many", 10_000, 200, "within"),
        new Counts("the first fails", 1, 1, "unclear, 49 clear it, 4 decide"),
        new Counts("four fail", 4, 4, "unclear, 196 clear it, 1 decide"),
        new Counts("all of the first five fail", 5, 5, "over"),
        new Counts("all of 85 fail", 85, 85, "over"),
        new Counts("half of ten", 10, 5, "over"),
        new Counts("one of ten", 10, 1, "unclear, 40 clear it, 55 decide"),
        new Counts("two of fifty", 50, 2, "unclear, 50 clear it, 992 decide"),
        new Counts("3 % of 300", 300, 9, "unclear, 150 clear it, 2651 decide"),
        new Counts("3 % of 3000", 3_000, 90, "over"),
        new Counts("43 of 290", 290, 43, "over"),
        new Counts("hardly over the limit", 100_000, 2_010, "unclear, 500 clear it, 100000 decide"),
        new Counts("fails late, after many that went well", 4_650, 150, "over"));
  }

  @ParameterizedTest
  @MethodSource
  void findings(Counts c) {
    var found =
        switch (TEST.find(c.requests(), c.failures())) {
          case Finding.Within() -> "within";
          case Finding.Over() -> "over";
          case Finding.Unclear(long clearing, long deciding) ->
              "unclear, %d clear it, %d decide".formatted(clearing, deciding);
        };
    assertThat(found).isEqualTo(c.expected());
  }

  @Test
  void whatIsSaidToClearOrToDecideDoes() {
    for (int failures = 1; failures <= 40; failures++) {
      int requests = failures * 9;
      if (TEST.find(requests, failures) instanceof Finding.Unclear(long clear, long decide)) {
        assertThat(TEST.find(requests + clear, failures)).isInstanceOf(Finding.Within.class);
        assertThat(TEST.find(requests + clear - 1, failures)).isInstanceOf(Finding.Unclear.class);
        assertThat(TEST.find(requests + decide, failures + Math.round(decide / 9.0)))
            .isInstanceOf(Finding.Over.class);
      }
    }
  }

  /// The promise: of versions that fail as often as is allowed, asked about after every single
  /// request, at most one in a hundred is ever rolled back.
  @ParameterizedTest
  @CsvSource({"0.02, 0.02, 1", "0.02, 0.01, 2", "0.05, 0.05, 3", "0.001, 0.001, 4"})
  void theErrorRateIsKept(double limit, double fails, long seed) {
    assertThat(over(limit, fails, seed, LONGEST))
        .as("of %d histories, limit %s, failing with %s", HISTORIES, limit, fails)
        .isLessThanOrEqualTo((int) (HISTORIES * SequentialErrorAnalysis.ERROR_RATE));
  }

  /// Versions that are clearly bad do not get far.
  @ParameterizedTest
  @CsvSource({"1, 5, 10000", "0.5, 25, 9990", "0.3, 60, 9990", "0.1, 300, 9900"})
  void badVersionsAreFound(double fails, int within, int atLeast) {
    assertThat(over(0.02, fails, 7, within)).isGreaterThanOrEqualTo(atLeast);
  }

  /// How many histories are ever called over.
  private static int over(double limit, double fails, long seed, int longest) {
    var least = new long[longest + 1]; // the fewest failures among so many requests
    var test = new SequentialErrorAnalysis(limit);
    for (int requests = 1, failures = 1; requests <= longest; requests++) {
      while (failures <= requests && !(test.find(requests, failures) instanceof Finding.Over)) {
        failures++;
      }
      least[requests] = failures;
    }
    var random = new SplittableRandom(seed);
    int over = 0;
    for (int history = 0; history < HISTORIES; history++) {
      int failures = 0;
      for (int requests = 1; requests <= longest; requests++) {
        failures += random.nextDouble() < fails ? 1 : 0;
        if (failures >= least[requests]) {
          over++;
          break;
        }
      }
    }
    return over;
  }

  @Test
  void aLimitOfNothingAndOneOfEverything() {
    assertThat(new SequentialErrorAnalysis(0).find(1_000, 1)).isInstanceOf(Finding.Over.class);
    assertThat(new SequentialErrorAnalysis(0).find(4, 1))
        .isEqualTo(new Finding.Unclear(Long.MAX_VALUE, 1));
    assertThat(new SequentialErrorAnalysis(1).find(1_000, 1_000))
        .isInstanceOf(Finding.Within.class);
    assertThatThrownBy(() -> new SequentialErrorAnalysis(1.5))
        .hasMessageContaining("expected: 0 to 1");
  }
}

package dev.gori.engines.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

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
        var same = Drift.compare(columns(1, 0), columns(2, 0), 0.20);
        var shifted = Drift.compare(columns(1, 0), columns(2, 2), 0.20);
        assertThat(same.hasDrifted()).isFalse();
        assertThat(shifted.hasDrifted()).isTrue();
        assertThat(shifted.worst())
                .hasValueSatisfying(worst -> assertThat(worst.name()).isEqualTo("moved"));
    }

    @Test
    void columnsWithoutAReferenceAndBeyondTheTwentiethAreNamedAsSkipped() {
        var current = new LinkedHashMap<String, double[]>();
        for (int i = 0; i < 22; i++) {
            current.put("c" + i, new double[] {1, 2});
        }
        var reference = new LinkedHashMap<>(current);
        reference.remove("c0");
        assertThat(Drift.compare(reference, current, 0.2).skipped()).containsExactly("c0", "c21");
    }

    private static Map<String, double[]> columns(long seed, double shift) {
        var random = new Random(seed);
        return Map.of(
                "steady", random.doubles(2_000).toArray(),
                "moved", random.doubles(2_000).map(x -> random.nextGaussian() + shift).toArray());
    }
}

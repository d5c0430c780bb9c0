package dev.gori.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class GoTextTest {

  private static String slowly(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  @Test
  void numbers_are_their_shortest_decimals() {
    for (double value :
        new double[] {
          0.1, 0.001, 0.0009999, 1.5, 1e7, 1.0000001e7, 9999999.5, 123456789.25, 1e15, 1e20
        }) {
      assertThat(GoText.number(value)).isEqualTo(slowly(value));
      assertThat(GoText.number(-value)).isEqualTo(slowly(-value));
    }
    for (long seed = 1; seed <= 50_000; seed++) {
      var random = new Random(seed);
      double value =
          (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(26) - 5) + random.nextInt(3);
      if (Math.abs(value) >= 1e-6 && Math.abs(value) < 1e21) {
        assertThat(GoText.number(value)).as("seed %d", seed).isEqualTo(slowly(value));
      }
    }
  }

  @Test
  void seconds_have_as_many_decimals_as_they_need() {
    assertThat(GoText.seconds(0)).isEqualTo("0");
    assertThat(GoText.seconds(-1)).isEqualTo("-0.001");
    assertThat(GoText.seconds(-1_500)).isEqualTo("-1.5");
    assertThat(GoText.seconds(1_700_000_000_120L)).isEqualTo("1700000000.12");
    for (long millis = 1_000; millis < 2_000; millis++) {
      var text = String.format(Locale.ROOT, "%.3f", millis / 1000.0);
      assertThat(new BigDecimal(GoText.seconds(millis))).isEqualByComparingTo(text);
      assertThat(GoText.seconds(millis)).doesNotEndWith("0".repeat(millis % 1000 == 0 ? 2 : 1));
    }
  }
}

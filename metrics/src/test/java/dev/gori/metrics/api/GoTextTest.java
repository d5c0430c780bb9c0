package dev.gori.metrics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Locale;
import org.junit.jupiter.api.Test;

final class GoTextTest {

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

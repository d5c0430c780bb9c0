package dev.gori.metrics.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FloatTextTest {

  private static double parse(String text) {
    var bytes = (" " + text + " ").getBytes(StandardCharsets.UTF_8);
    return FloatText.parse(bytes, 1, bytes.length - 1);
  }

  private static void same(String text) {
    if (Double.isInfinite(Double.parseDouble(text))) {
      return; // rejected: see below
    }
    assertThat(Double.doubleToRawLongBits(parse(text)))
        .as("%s", text)
        .isEqualTo(Double.doubleToRawLongBits(Double.parseDouble(text)));
  }

  @Test
  void everyNumberIsTheNearestDouble() {
    var random = new Random(7);
    for (int i = 0; i < 300_000; i++) {
      double value =
          switch (i % 4) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> random.nextInt(2_000_000) / 100.0;
            case 2 -> random.nextLong(1L << 60);
            default -> random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
          };
      if (Double.isFinite(value)) {
        same(Double.toString(value));
        same(new BigDecimal(value).round(new MathContext(1 + random.nextInt(20))).toString());
        same(String.format(Locale.ROOT, "%.3e", value));
      }
    }
  }

  @Test
  void oddFormsAreReadAsBefore() {
    for (var text :
        List.of(
            "0",
            "-0",
            "-0.0",
            "1.",
            ".5",
            "+3",
            "1e22",
            "1e23",
            "9007199254740993",
            "123456789012345678901234567890",
            "0.000000000000000000000001",
            "1e-400",
            "1E5",
            "2e+3",
            "000000000000000000001.5")) {
      same(text);
    }
    assertThat(parse("NaN")).isNaN();
    assertThat(parse("-Inf")).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void whatGoDoesNotReadIsRefused() {
    for (var text :
        List.of(
            "", "-", ".", "1e", "1e+", "0x10", "0x1p3", "1_0", "1d", "1f", "e5", "--1", "1e400",
            "-1e999", "+NaN", "one", "1.2.3")) {
      assertThatThrownBy(() -> parse(text))
          .as("'%s'", text)
          .isInstanceOf(NumberFormatException.class);
    }
  }

  @Test
  void boundsHaveOneForm() {
    for (var pair :
        List.of(
            "1 1.0",
            "0 0.0",
            "-0 0.0",
            "0.005 0.005",
            "2.50 2.5",
            "1e5 100000.0",
            "1e6 1e+06",
            "1234567 1.234567e+06",
            "1e-5 1e-05",
            "inf +Inf",
            "-Inf -Inf",
            "2.5e-300 2.5e-300")) {
      var parts = pair.split(" ", 2);
      assertThat(FloatText.bound(parse(parts[0]))).isEqualTo(parts[1]);
    }
  }
}

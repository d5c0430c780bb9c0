package dev.gori.kernel.gotext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Duration;

/// What was written is read as the same value, and any text is read or rejected with the documented
/// exception. Stored cases run with every build; `bench/fuzz/run` looks for new ones.
final class GoTextFuzzTest {

  @FuzzTest
  void text(byte[] bytes) {
    var text = GoString.decode(bytes);

    var quoted = GoString.quote(text);
    assertThat(GoString.unquote(inner(quoted))).isEqualTo(text);
    assertThat(GoString.unquote(inner(GoString.quote(text, '\'', true)))).isEqualTo(text);

    GoFloat.parse(text).ifPresent(GoTextFuzzTest::float64);
    try {
      assertThat(GoString.quote(GoString.unquote(text))).startsWith("\"").endsWith("\"");
    } catch (IllegalArgumentException _) {
      assertThat(text).contains("\\");
    }
    try {
      goDuration(GoDuration.parse(text));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageStartingWith("time: ");
    }
    try {
      prometheusDuration(PrometheusDuration.parse(text));
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("(expected: ");
    }
  }

  @FuzzTest
  void number(long bits) {
    float64(Double.longBitsToDouble(bits));
    goDuration(Duration.ofNanos(bits));
    prometheusDuration(Duration.ofMillis((bits & Long.MAX_VALUE) / 1_000_000));
  }

  private static String inner(String quoted) {
    return quoted.substring(1, quoted.length() - 1);
  }

  private static void float64(double value) {
    for (char format : new char[] {'e', 'f', 'g'}) {
      assertThat(GoFloat.parse(GoFloat.format(value, format, -1))).contains(value);
      assertThatCode(() -> GoFloat.format(value, format, 3)).doesNotThrowAnyException();
    }
    assertThat(GoFloat.decimal(value)).isEqualTo(GoFloat.format(value, 'f', -1));
    assertThat(GoFloat.parse(GoFloat.json(value))).contains(value);
  }

  private static void goDuration(Duration duration) {
    assertThat(GoDuration.parse(GoDuration.format(duration))).isEqualTo(duration);
  }

  private static void prometheusDuration(Duration duration) {
    assertThat(PrometheusDuration.parse(PrometheusDuration.format(duration))).isEqualTo(duration);
  }
}

package dev.gori.kernel.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.life.Cancellation;
import dev.gori.kernel.life.Cancellation.CancelledException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RegexTest {

  @Test
  void anExpressionThatIsNoneByItselfStaysNone() {
    assertThatThrownBy(() -> Regex.anchored("a)|(b"))
        .isInstanceOf(PatternSyntaxException.class)
        .hasMessageContaining("unexpected )");
    assertThatThrownBy(() -> new Matcher("env", Matcher.Op.MATCHES, "dev)|(prod"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("regular expression 'dev)|(prod'");
  }

  @Test
  void theWholeTextHasToMatch() {
    var pattern = Regex.anchored("a|b");

    assertThat(pattern.matches("a")).isTrue();
    assertThat(pattern.matcher("ab").find()).isFalse();
    assertThat(Regex.anchored(".*").matcher("two\nlines").find()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((a{1000}){1000}){1000}",
        "(((((((((((((((((((a{2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}){2}",
        "([[:alpha:]]{999}){999}",
        "(\\Q(\\E{500}\\pL{,9}x{500}){999}",
      })
  void whatWouldTakeAllMemoryIsNotCompiled(String expression) {
    assertThatThrownBy(() -> Regex.unanchored(expression)).hasMessageContaining("too large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{]{3}",
        "a{,5}",
        "x{2,}",
        "\\{{3}",
        "[]{9}]{9}",
        "(a{10}){10}",
        "\\x{41}{2}",
        "\\p{Greek}{100}",
        "(?i:host-(1|2)){100}",
        "{",
        "\\Qa{9999}\\E",
      })
  void whatIsSmallIsCompiled(String expression) {
    assertThat(Regex.unanchored(expression).programSize()).isLessThan(200_000);
  }

  @Test
  void parenthesesThatNestTooDeeplyAreRefused() {
    assertThatThrownBy(() -> Regex.unanchored("(".repeat(50_000) + ")".repeat(50_000)))
        .hasMessageContaining("nests too deeply");
  }

  @Test
  void aMatchThatTakesLongEndsWhenItIsCancelled() {
    var pattern = Regex.unanchored("(x+x+){100}y");
    var text = "x".repeat(100_000);
    var cancellation = new Cancellation(Duration.ofMinutes(1));

    assertThatThrownBy(
            () ->
                cancellation.call(
                    () -> {
                      cancellation.cancel(Cancellation.Cause.DEADLINE);
                      return pattern.matcher(Regex.input(pattern, text)).find();
                    }))
        .isInstanceOf(CancelledException.class);
  }
}

package dev.gori.kernel.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.PatternSyntaxException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RegexTest {

    @Test
    void anExpressionThatIsNoneByItselfStaysNone() {
        assertThatThrownBy(() -> Regex.whole("a)|(b"))
                .isInstanceOf(PatternSyntaxException.class)
                .hasMessageContaining("unexpected )");
        assertThatThrownBy(() -> new Matcher("env", Matcher.Op.MATCHES, "dev)|(prod"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("regular expression 'dev)|(prod'");
    }

    @Test
    void theWholeTextHasToMatch() {
        var pattern = Regex.whole("a|b");

        assertThat(pattern.matches("a")).isTrue();
        assertThat(pattern.matcher("ab").find()).isFalse();
        assertThat(Regex.whole(".*").matcher("two\nlines").find()).isTrue();
    }

    /// What Go's `Regexp.ExpandString` gives for the same templates.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "$1         | x",
                "${1}-$2    | x-y",
                "$name      | y",
                "${name}s   | ys",
                "$names     | ``",
                "$1x        | ``",
                "$01        | ``",
                "$9         | ``",
                "$999999999 | ``",
                "$$1        | $1",
                "5$         | 5$",
                "a$-b       | a$-b",
                "${1        | ${1",
                "${}        | ${}",
                "$ 1        | $ 1",
            })
    void templatesAreExpandedAsInGo(String template, String expected) {
        var match = Regex.whole("(x)(?P<name>y)").matcher("xy");
        assertThat(match.find()).isTrue();

        assertThat(Regex.expand(template, match)).isEqualTo(expected);
    }
}

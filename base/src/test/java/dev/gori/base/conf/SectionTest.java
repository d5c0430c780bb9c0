package dev.gori.base.conf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.gotext.PrometheusDuration;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SectionTest {

  record Bad(String name, String text, String problem) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bad> refuses() {
    return Stream.of(
        new Bad("not YAML", "a: b\nc: [", "f.yaml:2: not YAML: "),
        new Bad(
            "nested deep",
            "name: " + "[".repeat(5_000) + "]".repeat(5_000),
            "f.yaml:1: nested over 100 levels deep (expected: fewer)"),
        new Bad(
            "deep by aliases",
            "a: &a ["
                + "[".repeat(60)
                + "]".repeat(60)
                + "]\nb: "
                + "[".repeat(60)
                + "*a"
                + "]".repeat(60),
            "f.yaml:2: nested over 100 levels deep (expected: fewer)"),
        new Bad(
            "in itself",
            "name: a\nother: &a [b, *a]",
            "f.yaml:2: an alias inside what it stands for (expected: not)"),
        new Bad(
            "aliases that double",
            IntStream.range(1, 24)
                .mapToObj(i -> "l%d: &l%d [*l%d, *l%d]\n".formatted(i, i, i - 1, i - 1))
                .collect(Collectors.joining("", "l0: &l0 [x, x]\n", "")),
            "f.yaml:1: aliases that stand for "),
        new Bad("a list at the top", "- a", "f.yaml:1: a list (expected: keys with values)"),
        new Bad(
            "a key twice",
            "count: 1\ncount: 2",
            "f.yaml:2: key 'count' is there twice, first in line 1 (expected: once)"),
        new Bad(
            "nothing to merge",
            "inner:\n  <<: 5",
            "f.yaml:2 <<: '5' (expected: keys with values, or a list of such)"),
        new Bad("no number", "\ncount: many", "f.yaml:2 count: 'many' (expected: a whole number)"),
        new Bad(
            "no duration",
            "inner: {wait: 5 minutes}",
            "f.yaml:1 inner.wait: '5 minutes' (expected: a duration such as 30s, 5m or 1h30m)"),
        new Bad(
            "a mapping for a text",
            "name: {a: b}",
            "f.yaml:1 name: keys with values (expected: a text)"),
        new Bad(
            "a typing mistake", "conut: 1", "f.yaml:1: unknown key 'conut', did you mean 'count'?"),
        new Bad(
            "an unknown key",
            "zebra: 1",
            "f.yaml:1: unknown key 'zebra' (expected: count, inner, name)"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Bad bad) {
    assertThat(read(bad.text()).all())
        .anySatisfy(problem -> assertThat(problem).startsWith(bad.problem()));
  }

  @Test
  void mergedKeysAreReadAsIfTheyWereWrittenThere() {
    var problems = new Problems();
    var top =
        Conf.parse(
            "f.yaml",
            """
                one: &one {a: 1, b: 2}
                two: &two {b: 3, c: 4}
                both: {b: 5, <<: [*one, *two]}
                first: {<<: *one, c: 6}
                """,
            problems);
    assertThat(problems.all()).isEmpty();
    assertThat(top.map("both")).isEqualTo(Map.of("a", "1", "b", "5", "c", "4"));
    assertThat(top.map("first")).isEqualTo(Map.of("a", "1", "b", "2", "c", "6"));
  }

  @Test
  void whatIsWrittenReadsBackTheSame() {
    var text =
        """
                texts: [plain, "5", 'yes', "true", "~", "", " padded ", "a: b", "#no", "5m", "*x", "line\\nbreak", '$1', "한글", "1e3", "0x10", "-", "[a"]
                others: [5, 1.5, true, 0x10, 1e3, .inf]
                nothing:
                empty: {list: [], keys: {}}
                "on": {nested: [{a: 1, b: [c]}]}
                """;
    var problems = new Problems();
    var value = Conf.value("f.yaml", text, problems).orElseThrow();
    var written = Conf.text(value);
    var again = Conf.value("f.yaml", written, problems).orElseThrow();
    assertThat(problems.all()).isEmpty();
    assertThat(again)
        .usingRecursiveComparison()
        .ignoringFieldsOfTypes(Integer.class)
        .ignoringFieldsMatchingRegexes(".*line.*")
        .isEqualTo(value);
    assertThat(written).contains("\"yes\"", "\"on\":", "0x10");
  }

  @Test
  void everyProblemOfAFileIsFoundInOneReading() {
    assertThat(read("count: many\nnmae: x\ninner: {wait: soon}").all()).hasSize(3);
  }

  @Test
  void durationsAreWrittenAsPrometheusWritesThem() {
    assertThat(PrometheusDuration.parse("1h30m")).isEqualTo(Duration.ofMinutes(90));
    assertThat(PrometheusDuration.format(Duration.ofMinutes(90))).isEqualTo("1h30m");
    assertThat(PrometheusDuration.format(Duration.ofDays(15))).isEqualTo("15d");
    assertThat(PrometheusDuration.format(Duration.ofDays(14))).isEqualTo("2w");
    assertThat(PrometheusDuration.format(Duration.ZERO)).isEqualTo("0s");
  }

  private static Problems read(String text) {
    var problems = new Problems();
    var section = Conf.parse("f.yaml", text, problems);
    section.integer("count", 0);
    section.text("name");
    var inner = section.section("inner");
    inner.duration("wait", Duration.ZERO);
    inner.finish();
    section.finish();
    return problems;
  }
}

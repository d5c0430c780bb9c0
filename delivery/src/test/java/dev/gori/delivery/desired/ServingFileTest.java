package dev.gori.delivery.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.conf.Problems;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ServingFileTest {

  record Case(String name, String text, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> refuses() {
    return Stream.of(
        new Case("no model", "variants: {}\n", "key 'model' is missing"),
        new Case(
            "a misspelled key",
            "model: m\nvariant: {}\n",
            "unknown key 'variant', did you mean 'variants'?"),
        new Case(
            "version zero",
            "model: m\nvariants:\n  A: {version: 0}\n",
            "s.yaml:3 variants.A.version: '0' (expected: a model version's number"),
        new Case(
            "both",
            "model: m\nvariants:\n  A: {version: 1, alias: champion}\n",
            "both version and alias"),
        new Case("neither", "model: m\nvariants:\n  A: {}\n", "neither version nor alias"),
        new Case(
            "a third variant",
            "model: m\nvariants:\n  C: {version: 1}\n",
            "'C' (expected: A or B)"),
        new Case(
            "an unknown mode",
            "model: m\ntraffic: {mode: canary}\n",
            "'canary' (expected: single, split or shadow)"),
        new Case(
            "weights",
            "model: m\ntraffic: {mode: split, weights: {A: 90, B: 20}}\n",
            "110 together (expected: 100 together)"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Case c) {
    var problems = new Problems();
    ServingFile.read("s.yaml", c.text(), problems);
    assertThat(problems.all()).anySatisfy(problem -> assertThat(problem).contains(c.expected()));
  }

  record Pin(String name, String text, OptionalInt version, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Pin> pins() {
    var tail = "traffic: {mode: single, primary: A}\n";
    return Stream.of(
        new Pin(
            "first",
            "model: m\nvariants: {}\n" + tail,
            OptionalInt.of(1),
            "model: m\nvariants:\n  A: {version: 1}\n" + tail),
        new Pin(
            "next, with comments",
            "# top\nmodel: m\nvariants:\n  A: {version: 1}  # live\n  B: {alias: challenger}\n"
                + tail,
            OptionalInt.of(2),
            "# top\nmodel: m\nvariants:\n  A: {version: 2}  # live\n  B: {alias: challenger}\n"
                + tail),
        new Pin(
            "in block form",
            "model: m\nvariants:\n  A:\n    version: 1\n  B: {version: 3}\n" + tail,
            OptionalInt.of(2),
            "model: m\nvariants:\n  A: {version: 2}\n  B: {version: 3}\n" + tail),
        new Pin(
            "taken out",
            "model: m\nvariants:\n  A: {version: 1}\n" + tail,
            OptionalInt.empty(),
            "model: m\nvariants: {}\n" + tail),
        new Pin(
            "all in one line",
            "model: m\nvariants: {A: {version: 1}}\n" + tail,
            OptionalInt.of(2),
            "model: m\nvariants:\n  A: {version: 2}\ntraffic: {\"mode\":\"single\",\"primary\":\"A\"}\n"),
        new Pin(
            "no variants at all",
            "model: m\n" + tail,
            OptionalInt.of(1),
            "model: m\n" + tail + "variants:\n  A: {version: 1}\n"));
  }

  @ParameterizedTest
  @MethodSource
  void pins(Pin pin) {
    assertThat(ServingFileEditor.pin(pin.text(), "A", pin.version())).isEqualTo(pin.expected());
  }
}

package dev.gori.templates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.templates.TemplateSet.Limits;
import dev.gori.templates.TemplateSet.MissingKey;
import dev.gori.templates.TemplateSet.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the scripts cannot say: files, functions of the caller, records, times, limits.
final class TemplateSetTest {
  private static final TemplateSet PLAIN = TemplateSet.of(Functions.NONE, MissingKey.ZERO);

  record Shop(String name, int itemCount, List<String> tags) {}

  @Test
  void recordsAreStructs() {
    assertThat(
            PLAIN.text(
                "t", "{{.Name}} {{.ItemCount}} {{index .Tags 0}}", new Shop("x", 2, List.of("a"))))
        .isEqualTo("x 2 a");
    assertThatThrownBy(() -> PLAIN.text("t", "a\n{{.Nope}}", new Shop("x", 2, List.of())))
        .hasMessage("t:2: can't evaluate field Nope in type Shop");
  }

  @Test
  void functionsOfTheCallerAreCalledAndTheirFailuresPlaced() {
    var set =
        TemplateSet.of(
            Functions.NONE
                .withText("up", String::toUpperCase)
                .with(
                    "boom",
                    _ -> {
                      throw new CallException("no");
                    }),
            MissingKey.NO_VALUE);
    assertThat(set.text("t", "{{ .x | up }}", Map.of("x", "a"))).isEqualTo("A");
    assertThatThrownBy(() -> set.text("t", "{{ up 1 }}", null))
        .hasMessageContaining("expected string; got int");
    assertThatThrownBy(() -> set.text("t", "\n\n{{ boom }}", null))
        .hasMessage("t:3: error calling boom: no");
    assertThatThrownBy(() -> set.text("t", "{{ up }}", null)).hasMessageContaining("want 1 got 0");
  }

  @Test
  void filesKnowEachOtherAndTheLaterDefinitionWins() {
    var set =
        PLAIN
            .with(
                new Source(
                    "a.tmpl",
                    "{{define \"x\"}}one{{end}}{{define \"y\"}}[{{template \"x\" .}}]{{end}}"))
            .with(
                new Source(
                    "b.tmpl", "{{define \"x\"}}two{{end}}\n{{define \"z\"}}{{.Nope.Foo}}{{end}}"));
    assertThat(set.call("y", null)).isEqualTo("[two]");
    assertThatThrownBy(() -> set.text("t", "{{template \"z\" .}}", 1.5))
        .hasMessageStartingWith("b.tmpl:2: ");
    assertThat(set.has("x")).isTrue();
  }

  @Test
  void missingKeys() {
    assertThat(TemplateSet.of(Functions.NONE, MissingKey.NO_VALUE).text("t", "{{.x}}", Map.of()))
        .isEqualTo("<no value>");
    assertThatThrownBy(
            () -> TemplateSet.of(Functions.NONE, MissingKey.ERROR).text("t", "{{.x}}", Map.of()))
        .hasMessage("t:1: map has no entry for key \"x\"");
  }

  static Stream<String> bombs() {
    return Stream.of(
        "{{define \"r\"}}{{template \"r\" .}}{{end}}{{template \"r\" .}}",
        "{{range 1000000}}{{range 1000000}}{{end}}{{end}}",
        "{{range 2000000}}x{{end}}",
        "{{range 100000}}0123456789012345678901234567890123456789{{end}}",
        "{{" + "(".repeat(5000) + "1" + ")".repeat(5000) + "}}",
        "{{if 1}}".repeat(5000));
  }

  @ParameterizedTest
  @MethodSource
  void bombs(String template) {
    assertThatThrownBy(
            () -> PLAIN.limited(new Limits(1 << 16, 100_000, 100)).text("t", template, null))
        .isInstanceOf(TemplateException.class);
  }

  @Test
  void timesAndDurations() {
    var data =
        Map.of(
            "at",
            TimeValue.utc(Instant.parse("2026-03-04T05:06:07.080Z")),
            "took",
            new DurationValue(Duration.ofMillis(3_723_500)));
    var cases =
        Map.of(
            "{{.at}}", "2026-03-04 05:06:07.08 +0000 UTC",
            "{{.at.Format \"Mon Jan _2 15:04:05 MST 2006\"}}", "Wed Mar  4 05:06:07 UTC 2026",
            "{{.at.Format \"2006-01-02T15:04:05.000Z07:00\"}}", "2026-03-04T05:06:07.080Z",
            "{{.at.Format \"3:04PM 02/1/06 -0700\"}}", "5:06AM 04/3/26 +0000",
            "{{.at.Unix}} {{.at.Year}} {{.at.Weekday}}", "1772600767 2026 Wednesday",
            "{{.took}} {{.took.Minutes | printf \"%.1f\"}}", "1h2m3.5s 62.1");
    cases.forEach(
        (template, expected) ->
            assertThat(PLAIN.text("t", template, data)).as(template).isEqualTo(expected));
  }
}

package dev.gori.rulefiles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RuleFileTest {

  private static final ExpressionChecker ALL_BUT_BAD =
      text -> text.contains("bad") ? Optional.of("1:1: no such function 'bad'") : Optional.empty();

  private static final TemplateExpander ALL_BUT_BROKEN =
      new TemplateExpander() {
        @Override
        public String expand(String template, Labels labels, double value) {
          return template;
        }

        @Override
        public Optional<String> problem(String template) {
          return template.contains("{{ }")
              ? Optional.of("template does not parse")
              : Optional.empty();
        }
      };

  @Test
  void readsGroupsWithAllTheirKeys() {
    var problems = new ArrayList<String>();
    var file =
        RuleFile.parse(
            "a.yaml",
            """
                groups:
                  - name: serving
                    interval: 15s
                    limit: 10
                    query_offset: 1m
                    labels: {team: ml}
                    rules:
                      - record: job:up:min
                        expr: min by (job) (up)
                        labels: {env: dev}
                      - alert: ErrorLogs
                        expr: |
                          sum(x) > 5
                        for: 1m30s
                        keep_firing_for: 5m
                        labels: {severity: warning, team: core}
                        annotations: {summary: "{{ $value }} lines"}
                """,
            ALL_BUT_BAD,
            problems);

    assertThat(problems).isEmpty();
    assertThat(file.groups())
        .singleElement()
        .satisfies(
            group -> {
              assertThat(group.interval()).contains(Duration.ofSeconds(15));
              assertThat(group.queryOffset()).contains(Duration.ofMinutes(1));
              assertThat(group.limit()).isEqualTo(10);
              assertThat(group.rules())
                  .containsExactly(
                      new Rule.Recording(
                          "job:up:min",
                          "min by (job) (up)",
                          Labels.of("env", "dev", "team", "ml"),
                          8),
                      new Rule.Alerting(
                          "ErrorLogs",
                          "sum(x) > 5\n",
                          Duration.ofSeconds(90),
                          Duration.ofMinutes(5),
                          Labels.of("severity", "warning", "team", "core"),
                          Labels.of("summary", "{{ $value }} lines"),
                          11));
            });
  }

  @Test
  void anEmptyFileHasNoGroups() {
    var problems = new ArrayList<String>();
    assertThat(RuleFile.parse("a.yaml", "", ALL_BUT_BAD, problems).groups()).isEmpty();
    assertThat(RuleFile.parse("a.yaml", "groups:\n", ALL_BUT_BAD, problems).groups()).isEmpty();
    assertThat(problems).isEmpty();
  }

  record Bad(String name, String text, String... expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bad> refuses() {
    var head = "groups:\n- name: g\n  rules:\n";
    return Stream.of(
        new Bad(
            "not YAML",
            "groups: [",
            "a.yaml:1: not YAML: expected the node content, but found '<stream end>'"),
        new Bad(
            "a list at the top", "- a\n", "a.yaml:1: rule file is a list (expected: a mapping)"),
        new Bad(
            "unknown key with a suggestion",
            "group: []\n",
            "a.yaml:1: rule file: unknown key 'group', did you mean 'groups'?"),
        new Bad(
            "a group twice",
            "groups:\n- name: g\n- name: g\n",
            "a.yaml:3: group 'g' twice in this file (expected: each name once)"),
        new Bad(
            "a group without a name",
            "groups:\n- rules: []\n",
            "a.yaml:2: group without a name (expected: 'name: …')"),
        new Bad(
            "alert and record",
            head + "  - alert: A\n    record: b\n    expr: x\n",
            "a.yaml:4: rule with both 'record' and 'alert' (expected: exactly one of 'record' and 'alert', with a name)"),
        new Bad(
            "no name",
            head + "  - expr: x\n",
            "a.yaml:4: rule with no name (expected: exactly one of 'record' and 'alert', with a name)"),
        new Bad(
            "no expression",
            head + "  - alert: A\n",
            "a.yaml:4: rule 'A' without an expression (expected: 'expr: …')"),
        new Bad(
            "an expression that does not parse",
            head + "  - alert: A\n    expr: bad(x)\n",
            "a.yaml:5: rule 'A': expr: 1:1: no such function 'bad'"),
        new Bad(
            "a template that does not parse",
            head + "  - alert: A\n    expr: x\n    annotations:\n      s: '{{ }'\n",
            "a.yaml:7: rule 'A': annotations: s: template does not parse"),
        new Bad(
            "a duration",
            head + "  - alert: A\n    expr: x\n    for: 5 min\n",
            "a.yaml:6: for: '5 min' (expected: a duration such as 30s, 5m or 1h30m)"),
        new Bad(
            "for in a recording rule",
            head + "  - record: a\n    expr: x\n    for: 5m\n",
            "a.yaml:6: rule 'a': 'for' belongs to an alert (expected: none in a recording rule)"),
        new Bad(
            "a recorded name",
            head + "  - record: a-b\n    expr: x\n",
            "a.yaml:4: record: 'a-b' (expected: a metric name of letters, digits, '_' and ':')"),
        new Bad(
            "a label's name",
            head + "  - alert: A\n    expr: x\n    labels: {a-b: c}\n",
            "a.yaml:6: rule 'A': labels: 'a-b' (expected: a label name of letters, digits and '_')"),
        new Bad(
            "three at once",
            head + "  - alert: A\n    expr: bad\n    fro: 1m\n  - alert: B\n",
            "a.yaml:5: rule 'A': expr: 1:1: no such function 'bad'",
            "a.yaml:6: rule 'A': unknown key 'fro', did you mean 'for'?",
            "a.yaml:7: rule 'B' without an expression (expected: 'expr: …')"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Bad bad) {
    var problems = new ArrayList<String>();
    RuleFile.parse("a.yaml", bad.text(), ALL_BUT_BAD, ALL_BUT_BROKEN, problems);
    assertThat(problems).isEqualTo(List.of(bad.expected()));
  }
}

package dev.gori.pipelines.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.base.json.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ExpressionTest {

  private static final Scope SCOPE =
      new Scope(
          Json.object(
              "ds", "2026-11-23",
              "params",
                  Json.object("dry", false, "limit", 0.6, "none", null, "tags", List.of("a", "b")),
              "tasks",
                  Map.of(
                      "train",
                          new Scope.TaskFacts(
                              TaskState.SUCCESS, Json.object("accuracy", 0.75, "rows", 10L)),
                      "late", new Scope.TaskFacts(TaskState.FAILED, Map.of()))));

  record Case(String name, String text, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> values() {
    return Stream.of(
        new Case("a name", "ds", "2026-11-23"),
        new Case("comparison", "tasks.train.outputs.accuracy >= params.limit", "true"),
        new Case("integers and decimals", "tasks.train.outputs.rows == 10.0", "true"),
        new Case("and binds tighter than or", "true or false and false", "true"),
        new Case("parentheses", "(true or false) and false", "false"),
        new Case("not", "not params.dry", "true"),
        new Case("not not", "not not params.tags", "true"),
        new Case("or gives a default", "params.none or ds", "2026-11-23"),
        new Case("in a list", "'a' in params.tags and ds in ['2026-11-23', 'x']", "true"),
        new Case("not in", "3 not in [1, 2]", "true"),
        new Case("in a text", "'11' in ds", "true"),
        new Case("order of texts", "ds < '2026-12-01'", "true"),
        new Case("state", "tasks.late.state == 'failed'", "true"),
        new Case("output of a task that failed", "tasks.late.outputs.anything == null", "true"),
        new Case("negative", "-1 < 0", "true"));
  }

  @ParameterizedTest
  @MethodSource
  void values(Case c) {
    assertThat(String.valueOf(Expression.parse(c.text).value(SCOPE))).isEqualTo(c.expected);
  }

  static Stream<Case> refuses() {
    return Stream.of(
        new Case("empty", "", "column 1: the end (expected: a name, a number, quoted text or '(')"),
        new Case("open parenthesis", "(true", "column 6: the end (expected: ')')"),
        new Case(
            "two values",
            "1 2",
            "column 3: '2' (expected: an operator such as 'and', '==' or the end)"),
        new Case("open quote", "'a", "column 1: ''a' (expected: a closing ')"),
        new Case("bad number", "1.2.3", "column 1: '1.2.3' (expected: a number)"),
        new Case("unknown name", "dss", "unknown name 'dss' (there is: ds, params, tasks)"),
        new Case(
            "unknown output",
            "tasks.train.outputs.acc",
            "unknown name 'acc' in 'tasks.train.outputs' (there is: accuracy, rows)"),
        new Case("no order", "ds > 3", "'2026-11-23' > 3 (expected: two numbers or two texts)"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Case c) {
    assertThatThrownBy(() -> Expression.parse(c.text).value(SCOPE))
        .hasMessageContaining(c.expected);
  }

  static Stream<Case> templates() {
    return Stream.of(
        new Case("keeps the type alone", "{{ tasks.train.outputs.rows }}", "10"),
        new Case("text around", "s3://raw/{{ ds }}.csv", "s3://raw/2026-11-23.csv"),
        new Case("nothing is no text", "[{{ params.none }}]", "[]"),
        new Case("twice", "{{ds}}-{{ds}}", "2026-11-23-2026-11-23"));
  }

  @ParameterizedTest
  @MethodSource
  void templates(Case c) {
    assertThat(String.valueOf(Template.render(c.text, SCOPE))).isEqualTo(c.expected);
  }

  @org.junit.jupiter.api.Test
  void rendersInside() {
    assertThat(Template.render(Map.of("a", List.of("{{ tasks.train.outputs.rows }}", 1)), SCOPE))
        .isEqualTo(Map.of("a", List.of(10L, 1)));
    assertThatThrownBy(() -> Template.render("{{ ds", SCOPE))
        .hasMessageContaining("expected: '}}' after '{{'");
  }
}

package dev.gori.pipelines.dag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.pipelines.dag.TriggerRule.Verdict;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each rule's outcome for each shape of upstream, as Airflow decides. Letters: s success, f
/// failed, u upstream_failed, k skipped, c cancelled, r running.
final class TriggerRuleTest {

  record Row(TriggerRule rule, String run, String waits, String skipped, String upstreamFailed) {
    @Override
    public String toString() {
      return rule.text();
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row(TriggerRule.ALL_SUCCESS, "s ss", "r sr", "k sk kr", "f u c fr sf fk"),
        new Row(TriggerRule.ALL_FAILED, "f u c fu", "r fr", "s k sr fk sf", ""),
        new Row(TriggerRule.ALL_DONE, "s f u k c sfuk", "r sr fr", "", ""),
        new Row(TriggerRule.ALL_DONE_MIN_ONE_SUCCESS, "s sf su", "r sr fr", "k sk kr", "f u fu"),
        new Row(TriggerRule.ALL_SKIPPED, "k kk", "r kr", "s f u sk fk", ""),
        new Row(TriggerRule.ONE_SUCCESS, "s sr sf sk", "r fr kr", "k kk", "f u fk fu"),
        new Row(TriggerRule.ONE_FAILED, "f u c fr us", "r sr kr", "s k sk", ""),
        new Row(TriggerRule.ONE_DONE, "s f c sr fr", "r kr ur", "k u ku", ""),
        new Row(TriggerRule.NONE_FAILED, "s k sk kk", "r sr kr", "", "f u c sf fr"),
        new Row(TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS, "s sk", "r sr kr", "k kk", "f u sf kf"),
        new Row(TriggerRule.NONE_SKIPPED, "s f u sf", "r sr fr", "k sk kr fk", ""),
        new Row(TriggerRule.ALWAYS, "s f u k c r sr", "", "", ""));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void decidesAsAirflowDoes(Row row) {
    each(row.run, row.rule, "run");
    each(row.waits, row.rule, "wait");
    each(row.skipped, row.rule, "skipped");
    each(row.upstreamFailed, row.rule, "upstream_failed");
    assertThat(row.rule.judge(java.util.List.of())).isInstanceOf(Verdict.Ready.class);
  }

  private static void each(String shapes, TriggerRule rule, String expected) {
    Arrays.stream(shapes.split(" "))
        .filter(shape -> !shape.isEmpty())
        .forEach(
            shape -> {
              var states =
                  shape
                      .chars()
                      .mapToObj(
                          letter ->
                              switch (letter) {
                                case 's' -> TaskState.SUCCESS;
                                case 'f' -> TaskState.FAILED;
                                case 'u' -> TaskState.UPSTREAM_FAILED;
                                case 'k' -> TaskState.SKIPPED;
                                case 'c' -> TaskState.CANCELLED;
                                default -> TaskState.RUNNING;
                              })
                      .toList();
              var got =
                  switch (rule.judge(states)) {
                    case Verdict.Ready() -> "run";
                    case Verdict.Wait() -> "wait";
                    case Verdict.Settle(var state, var _) -> state.text();
                  };
              assertThat(got).as("%s with %s", rule.text(), shape).isEqualTo(expected);
            });
  }
}

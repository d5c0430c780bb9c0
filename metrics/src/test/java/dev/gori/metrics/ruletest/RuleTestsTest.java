package dev.gori.metrics.ruletest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.promql.EngineOptions;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.ManualClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Rule test files: `pass-…` pass and `fail-…` fail in Gori and in Debian's promtool; `own-…` use
/// keys that promtool does not know yet.
final class RuleTestsTest {

  private static final Path FOLDER = Path.of("src/test/resources/ruletest");
  private static final Path WORKSPACE = Path.of("../workspace/environments");

  private record Run(RuleTests.Result result, String text) {}

  private static Run run(Path... files) throws IOException {
    var text = new StringWriter();
    var result =
        RuleTests.run(
            List.of(files), EngineOptions.DEFAULTS, new ManualClock(), new PrintWriter(text));
    return new Run(result, text.toString());
  }

  private static List<Path> files(String prefix) throws IOException {
    try (Stream<Path> all = Files.list(FOLDER)) {
      return all.filter(file -> file.getFileName().toString().startsWith(prefix)).sorted().toList();
    }
  }

  static Stream<Path> shared() throws IOException {
    return Stream.concat(files("pass-").stream(), files("fail-").stream());
  }

  @ParameterizedTest
  @MethodSource("shared")
  void theVerdictIsTheOneInTheName(Path file) throws IOException {
    var run = run(file);
    assertThat(run.result().failed() == 0)
        .as(run.text())
        .isEqualTo(file.getFileName().toString().startsWith("pass-"));
  }

  @ParameterizedTest
  @MethodSource("shared")
  void promtoolSaysTheSame(Path file) throws Exception {
    assertThat(promtool(file)).isEqualTo(file.getFileName().toString().startsWith("pass-"));
  }

  private static boolean promtool(Path file) throws Exception {
    var process =
        new ProcessBuilder(
                ExternalTools.program("promtool").toString(), "test", "rules", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() == 0;
  }

  @Test
  void whatIsYoungerThanDebiansPromtoolPassesToo() throws IOException {
    var run = run(files("own-").toArray(Path[]::new));
    assertThat(run.result().failed()).as(run.text()).isZero();
    assertThat(run.result().passed()).isEqualTo(6);
  }

  @Test
  void aFailureSaysWhereAndWhatWasExpectedAndWhatCame() throws IOException {
    var run =
        run(
            FOLDER.resolve("fail-annotations.yaml"),
            FOLDER.resolve("fail-value.yaml"),
            FOLDER.resolve("pass-order.yaml"));
    assertThat(run.text())
        .isEqualTo(
            """
                Unit Testing:  src/test/resources/ruletest/fail-annotations.yaml
                  FAILED:
                    src/test/resources/ruletest/fail-annotations.yaml:6: alertname: Down, time: 3m
                        exp: labels {alertname="Down", instance="a"} annotations {others="wrong"}
                        got: labels {alertname="Down", instance="a"} annotations {first="A", names="a=0 ", others="0 of 1"}

                Unit Testing:  src/test/resources/ruletest/fail-value.yaml
                  FAILED:
                    src/test/resources/ruletest/fail-value.yaml:5: expr: a, time: 5m
                        exp: {__name__="a"} 5.0000000001
                        got: {__name__="a"} 5

                Unit Testing:  src/test/resources/ruletest/pass-order.yaml
                  SUCCESS

                1 passed, 2 failed
                """);
  }

  @Test
  void aProblemOfAFileIsSaidWithItsLine() throws IOException {
    assertThat(run(FOLDER.resolve("fail-unknown-key.yaml")).text())
        .contains("fail-unknown-key.yaml:3", "'input_serie', did you mean 'input_series'?");
    assertThat(run(FOLDER.resolve("fail-values.yaml")).text())
        .contains("fail-values.yaml:3", "series value 'two'");
    assertThat(run(FOLDER.resolve("fail-rule-file.yaml")).text())
        .contains("bad-expression.yaml:5", "expected type range vector");
    assertThat(run(FOLDER.resolve("nothing.yaml")).text())
        .contains("no such file", "0 passed, 1 failed");
  }

  /// The rules of the workspace template fire when they should, and only then.
  @ParameterizedTest
  @MethodSource("environments")
  void theWorkspacesOwnRulesPassTheirTests(String environment) throws Exception {
    var file = WORKSPACE.resolve(environment).resolve("rules/tests/metrics.yaml");
    var run = run(file);
    assertThat(run.result().failed()).as(run.text()).isZero();
    assertThat(run.text()).doesNotContain("WARNING");
    for (var alert : alertsOf(environment)) {
      assertThat(Files.readString(file))
          .as("%s of %s is tested", alert, environment)
          .contains("alertname: " + alert);
    }
    assertThat(promtool(file)).isTrue();
  }

  static Stream<String> environments() {
    return Stream.of("dev", "prod");
  }

  private static List<String> alertsOf(String environment) throws IOException {
    try (Stream<Path> rules = Files.list(WORKSPACE.resolve(environment).resolve("rules/metrics"))) {
      var text = new StringBuilder();
      for (var file : rules.toList()) {
        text.append(Files.readString(file, StandardCharsets.UTF_8));
      }
      return text.toString()
          .lines()
          .map(String::strip)
          .filter(line -> line.startsWith("- alert: "))
          .map(line -> line.substring(9))
          .toList();
    }
  }
}

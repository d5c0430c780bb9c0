package dev.gori.alerts.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.conf.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Good files are read with what they inherit; each bad one gives the message on its first line.
final class ConfigurationTest {
  private static final Path BAD = Path.of("src/test/config/alertmanager/bad");

  static List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(BAD)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void isRefusedWithTheMessageOnItsFirstLine(String file) throws IOException {
    var text = Files.readString(BAD.resolve(file));
    var problems = new Problems();
    assertThat(Configuration.read(file, text, problems)).isEmpty();
    assertThat(problems.all())
        .singleElement()
        .asString()
        .startsWith(file + ":" + text.lines().findFirst().orElseThrow().substring(2));
  }

  @Test
  void everyProblemIsNamedAtOnce() {
    var problems = new Problems();
    Configuration.read(
        "am.yaml",
        """
                route:
                  receiver: a
                  group_wait: soon
                  routes:
                  - receiver: b
                  - matchers: ['x=="1"', 'y="2']
                receivers:
                - name: c
                  slack_configs:
                  - chanel: x
                """,
        problems);
    assertThat(problems.all())
        .hasSize(6)
        .allSatisfy(problem -> assertThat(problem).startsWith("am.yaml:"));
  }

  private static Configuration good(String text) {
    var problems = new Problems();
    var read = Configuration.read("am.yaml", text, problems);
    assertThat(problems.all()).isEmpty();
    return read.orElseThrow();
  }

  @Test
  void aRouteInheritsAllButItsTimeIntervals() {
    var root =
        good("""
                route:
                  receiver: a
                  group_by: [x]
                  group_wait: 1s
                  repeat_interval: 2h
                  routes:
                  - group_interval: 7s
                    mute_time_intervals: [night]
                    matchers: [team=b]
                    routes: [{group_by: ['...']}]
                time_intervals: [{name: night, time_intervals: [{times: [{start_time: '22:00', end_time: '24:00'}]}]}]
                receivers: [{name: a}]
                """)
            .route();
    var child = root.routes().getFirst();
    assertThat(child.receiver()).isEqualTo("a");
    assertThat(child.options().timing())
        .isEqualTo(
            new Route.Timing(Duration.ofSeconds(1), Duration.ofSeconds(7), Duration.ofHours(2)));
    assertThat(child.options().groupBy().names()).containsExactly("x");
    assertThat(child.options().hours().muted()).containsExactly("night");
    var grandchild = child.routes().getFirst();
    assertThat(grandchild.options().hours()).isEqualTo(Route.Hours.ALWAYS);
    assertThat(grandchild.options().groupBy().all()).isTrue();
    assertThat(grandchild.key()).isEqualTo("{}/{team=\"b\"}/{}");
  }

  @Test
  void routesWithTheSameMatchersAreToldApart() {
    var routes =
        good("""
                route:
                  receiver: a
                  routes:
                  - {matchers: [x=y], continue: true, routes: [{matchers: [z=w]}]}
                  - {matchers: [x=y], routes: [{matchers: [z=w]}]}
                receivers: [{name: a}]
                """)
            .route()
            .all();
    assertThat(routes.stream().map(Route::id)).doesNotHaveDuplicates();
    assertThat(routes.get(1).key()).isEqualTo(routes.get(3).key());
  }

  @Test
  void secretsAreKnown() {
    var configuration =
        good(
            """
                global: {slack_api_url: 'http://slack/T/B/x', smtp_auth_password: pw}
                route: {receiver: a}
                receivers: [{name: a, webhook_configs: [{url: 'http://hook/1', http_config: {authorization: {credentials: tok}}}]}]
                """);
    assertThat(configuration.secrets())
        .containsExactlyInAnyOrder("http://slack/T/B/x", "pw", "http://hook/1", "tok");
  }
}

package dev.gori.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.delivery.rollout.RollbackRule;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.promql.script.Scripts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The queries that a rollout of version 7 behind variant A asks 60 s after its shift, against
/// samples as the gateway shows them.
final class JudgedQueriesTest {

  private static final Map<String, String> QUERIES = queries();

  @TempDir private Path folder;

  private static Map<String, String> queries() {
    var all = new ArrayList<String>();
    for (var rule : DeliverySettings.DEFAULTS.rules(new EnvironmentName("dev")).rules()) {
      RollbackRule filled =
          rule.withQueries(
              query ->
                  query
                      .replace("{variant}", "A")
                      .replace("{version}", "7")
                      .replace("{since}", "60s")
                      .replace("{range}", "60s"));
      filled.withQueries(
          query -> {
            all.add(query);
            return query;
          });
    }
    var named = new HashMap<String, String>();
    List.of("up", "requests", "failures", "p95")
        .forEach(name -> named.put(name, all.get(named.size())));
    return named;
  }

  private static String counter(String more, String values) {
    return "  prediction_requests_total{namespace=\"serving-dev\",%s} %s\n".formatted(more, values);
  }

  private static String of(String origin, String outcome) {
    return "variant=\"A\",version=\"7\",origin=\"%s\",outcome=\"%s\"".formatted(origin, outcome);
  }

  private void expect(String load, String query, String result) throws IOException {
    var script =
        "load 5s\n%s\neval instant at 60s %s\n  %s\n".formatted(load, QUERIES.get(query), result);
    var file = Files.writeString(folder.resolve("queries.test"), script);
    var said = new StringWriter();
    var outcome = Scripts.run(List.of(file), new PrintWriter(said), false);
    assertThat(outcome).as("%s", said).isEqualTo(new Scripts.Result(1, 0));
  }

  @Test
  void onlyUsersOfTheVersionCountAndClientsFaultsDoNot() throws IOException {
    var load =
        counter(of("user", "ok"), "0 0 0 1 2 3 4 5 6 7 8 9 10")
            + counter(of("user", "server_error"), "0x9 1 2 3")
            + counter(of("user", "client_error"), "0+7x12")
            + counter(of("probe", "ok"), "0+10x12")
            + counter(of("probe", "server_error"), "0+10x12")
            + counter(of("user", "ok").replace("\"7\"", "\"6\""), "0+10x12")
            + counter(of("user", "ok").replace("\"A\"", "\"B\""), "0+10x12");
    expect(load, "requests", "{} 13");
    expect(load, "failures", "{} 3");
  }

  @Test
  void aVersionThatServedBeforeIsCountedFromItsShift() throws IOException {
    expect(counter(of("user", "ok"), "100 100 100 100+1x9"), "requests", "{} 9");
  }

  @Test
  void aCounterThatBeganAnewIsCountedWhole() throws IOException {
    expect(counter(of("user", "ok"), "100 101 102 0 1 2 3 4 5 6 7 8 9"), "requests", "{} 9");
    expect(counter(of("user", "ok"), "_ _ _ _ 1+1x8"), "requests", "{} 9");
  }

  @Test
  void replicasAddUp() throws IOException {
    expect(
        counter(of("user", "ok") + ",instance=\"one\"", "50+1x12")
            + counter(of("user", "ok") + ",instance=\"two\"", "90 90 90 0+1x9"),
        "requests",
        "{} 21");
  }

  @Test
  void nobodyAskedYet() throws IOException {
    expect(counter(of("probe", "ok"), "0+10x12"), "requests", "{} 0");
    expect(counter(of("probe", "ok"), "0+10x12"), "failures", "{} 0");
  }

  @Test
  void probesGiveTheLatencyOnlyWhereThereAreNoUsers() throws IOException {
    var probes = bucket("probe", "0.5", "0+10x12") + bucket("probe", "+Inf", "0+10x12");
    expect(probes, "p95", "{} 0.475");
    expect(
        probes + bucket("user", "0.5", "0x12") + bucket("user", "+Inf", "0x12"), "p95", "{} 0.475");
    expect(
        probes
            + bucket("user", "0.5", "0x12")
            + bucket("user", "2.5", "0+1x12")
            + bucket("user", "+Inf", "0+1x12"),
        "p95",
        "{} 2.4");
  }

  private static String bucket(String origin, String le, String values) {
    return "  prediction_request_duration_seconds_bucket{namespace=\"serving-dev\",variant=\"A\",version=\"7\",origin=\"%s\",le=\"%s\"} %s\n"
        .formatted(origin, le, values);
  }
}

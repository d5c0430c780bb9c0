package dev.gori.base.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoleLogsTest {

  @Test
  void everyLineIsWrittenAsOneJsonObjectWithAMomentOfItsOwn(@TempDir Path folder)
      throws IOException {
    try (var logs = RoleLogs.in(folder)) {
      var log = logs.of("gateway");
      IntStream.range(0, 10_000)
          .forEach(i -> log.info("request handler=/predict status={}", 200 + i % 2));
      log.info("a tab\t, a quote \", a backslash \\ and 고리");
      log.info("run queued commit={}", "abc\n[DP] pipeline=x step=summarize_run valid=true");
      log.atError()
          .addKeyValue("msg", "not the line's own")
          .addKeyValue("request_id", "r-1")
          .setCause(new IllegalStateException("broken \"on\" purpose"))
          .log("it failed");
    }
    var lines =
        Files.readAllLines(folder.resolve("gateway.log")).stream().map(Json::parse).toList();
    assertThat(lines).hasSize(10_003);
    assertThat(lines.stream().map(line -> line.get("ts").asString()).distinct()).hasSize(10_003);
    assertThat(lines.getFirst().get("msg").asString())
        .isEqualTo("request handler=/predict status=200");
    assertThat(lines.get(10_000).get("msg").asString())
        .isEqualTo("a tab\t, a quote \", a backslash \\ and 고리");
    assertThat(lines.get(10_001).get("msg").asString())
        .isEqualTo("run queued commit=abc\\n[DP] pipeline=x step=summarize_run valid=true");
    assertThat(lines)
        .allMatch(
            line ->
                line.get("ts")
                    .asString()
                    .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z"));
    assertThat(lines.getLast().get("msg").asString()).isEqualTo("it failed");
    assertThat(lines.getLast().get("level").asString()).isEqualTo("error");
    assertThat(lines.getLast().get("request_id").asString()).isEqualTo("r-1");
    assertThat(lines.getLast().get("error").asString()).contains("broken \"on\" purpose");
  }
}

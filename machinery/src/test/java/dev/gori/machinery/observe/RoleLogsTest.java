package dev.gori.machinery.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.machinery.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RoleLogsTest {

    @Test
    void everyLineIsWrittenAsOneJsonObjectWithAMomentOfItsOwn(@TempDir Path folder) throws IOException {
        try (var logs = RoleLogs.in(folder)) {
            var log = logs.of("gateway");
            IntStream.range(0, 10_000).forEach(i -> log.info("request handler=/predict status={}", 200 + i % 2));
            log.atError().addKeyValue("request_id", "r-1").setCause(new IllegalStateException("broken \"on\" purpose")).log("it failed");
        }
        var lines = Files.readAllLines(folder.resolve("gateway.log")).stream().map(Json::parse).toList();
        assertThat(lines).hasSize(10_001);
        assertThat(lines.stream().map(line -> line.get("ts").asString()).distinct()).hasSize(10_001);
        assertThat(lines.getFirst().get("msg").asString()).isEqualTo("request handler=/predict status=200");
        assertThat(lines.getLast().get("level").asString()).isEqualTo("error");
        assertThat(lines.getLast().get("request_id").asString()).isEqualTo("r-1");
        assertThat(lines.getLast().get("error").asString()).contains("broken \"on\" purpose");
    }
}

package dev.gori.roles.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.EnvironmentName;
import dev.gori.machinery.objects.ObjectPath;
import dev.gori.machinery.objects.Objects;
import dev.gori.testkit.NoLeaks;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A store that is killed in the middle of its puts.
@ExtendWith(NoLeaks.class)
final class StoreKillTest {

    @Test
    void whatWasAcknowledgedIsWholeAndNothingIsHalfThere(@TempDir Path folder) throws Exception {
        int last = putUntilKilledAfter(20, folder);
        try (var store =
                        Store.open(
                                StoreSettings.DEFAULTS,
                                new EnvironmentName("dev"),
                                "127.0.0.1",
                                0,
                                folder,
                                LoggerFactory.getLogger("store-test"));
                var objects = Objects.open(store.access())) {
            var there = objects.list(ObjectPath.parse("s3://raw-dev/")).objects();
            assertThat(there.size()).isGreaterThanOrEqualTo(last + 1);
            assertThat(there)
                    .allSatisfy(
                            head -> {
                                assertThat(head.path().key()).matches("daily/\\d+");
                                assertThat(head.size()).isEqualTo(Putter.SIZE);
                                assertThat(head.etag()).hasSize(32);
                            });
        }
    }

    private static int putUntilKilledAfter(int count, Path folder) throws Exception {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Putter.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        int last = -1;
        try (var said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = said.readLine(); line != null; line = said.readLine()) {
                if (line.matches("\\d+")) {
                    last = Integer.parseInt(line);
                    if (last == count) {
                        process.toHandle().destroyForcibly();
                    }
                }
            }
        }
        process.waitFor();
        assertThat(last).isGreaterThanOrEqualTo(count);
        return last;
    }
}

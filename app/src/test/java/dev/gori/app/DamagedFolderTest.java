package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a start does with a data folder in which something is damaged: it says what to do, or puts
/// it right and says so. It never begins anew where something was.
@ExtendWith(NoLeaks.class)
final class DamagedFolderTest {

    @TempDir Path folder;

    private Path template;
    private Path data;

    @BeforeEach
    void prepare() throws IOException {
        template = ShortWorkspace.in(folder.resolve("template"), java.util.Map.of());
        data = Files.createDirectories(folder.resolve("data"));
    }

    private Platform start(WallTime time) throws IOException {
        return Platform.start(Platform.Options.all(data, template, 0), time);
    }

    private void isRefused(String... says) {
        try (var time = new WallTime()) {
            assertThatThrownBy(
                            () -> {
                                try (var platform = start(time)) {
                                    assertThat(platform.notReady()).isEmpty();
                                }
                            })
                    .hasMessageContainingAll(says);
        }
    }

    private record Secret(String file, String content, String says) {
        @Override
        public String toString() {
            return file + " " + says;
        }
    }

    static Stream<Secret> aSecretThatIsNoneStopsTheStart() {
        return Stream.of(
                new Secret("dev/token", "", "empty (expected: 16 to 4096 letters"),
                new Secret("prod/token", "secret", "6 characters (expected: 16 to 4096 letters"),
                new Secret(
                        "dev/store/credentials",
                        "[default]\naws_access_key_id =\naws_secret_access_key =\n",
                        "no 'aws_access_key_id = …'"),
                new Secret(
                        "dev/store/credentials",
                        "[default]\naws_access_key_id = GORIDEV\naws_secret_access_key = short\n",
                        "no 'aws_secret_access_key = …' with at least 16 characters"),
                new Secret("dev/store/credentials", "", "no 'aws_access_key_id = …'"),
                new Secret("dev/alerts/slack-url", "", "0 characters (expected: at least 16)"),
                new Secret("dev/alerts/inbox-key", "\n", "0 characters (expected: at least 16)"));
    }

    @ParameterizedTest
    @MethodSource
    void aSecretThatIsNoneStopsTheStart(Secret secret) throws IOException {
        var file = data.resolve(secret.file());
        Files.createDirectories(file.getParent());
        Files.writeString(file, secret.content());
        isRefused(file.toRealPath().toString(), secret.says(), "delete it");
    }

    @Test
    void othersLoseTheirAccessToATokenAndThePersonIsTold() throws IOException {
        var file = data.resolve("dev/token");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "abcdefghijklmnopqrstuvwxyz");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        try (var time = new WallTime();
                var platform = start(time)) {
            assertThat(platform.notes())
                    .singleElement()
                    .asString()
                    .contains("dev/token", "rw-rw-r--", "others than its owner had access");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }
}

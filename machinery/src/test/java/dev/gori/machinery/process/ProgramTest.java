package dev.gori.machinery.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
final class ProgramTest {

    @TempDir Path folder;

    @Test
    void handsOnOutputAndStatus() throws Exception {
        var lines = new ArrayList<String>();
        try (var program = Program.start(shell("echo $GREETING; echo oops >&2; pwd; exit 3"))) {
            assertThat(program.await(lines::add)).isEqualTo(3);
        }
        assertThat(lines).containsExactly("hello", "oops", folder.toRealPath().toString());
    }

    @Test
    void closingEndsTheWholeFamily() throws Exception {
        var lines = new ArrayList<String>();
        var program =
                Program.start(
                        shell(
                                "(sleep 300 & echo $! > child); trap '' TERM; echo ready; sleep 300 & wait; sleep 300"));
        var reader =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        program.await(lines::add);
                                    } catch (InterruptedException e) {
                                        throw new IllegalStateException(e);
                                    }
                                });
        var child = folder.resolve("child");
        Awaitility.await().until(() -> Files.exists(child) && !Files.readString(child).isBlank());
        long pid = Long.parseLong(Files.readString(child).strip());
        assertThat(ProcessHandle.of(pid)).isPresent();
        program.close();
        reader.join();
        Awaitility.await()
                .atMost(Duration.ofSeconds(5))
                .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void endsWhatAnEarlierLifeLeftRunning() throws Exception {
        var program = Program.start(shell("sleep 300"));
        var trace = program.trace();
        assertThat(Program.endLeftover(program.pid() + " 12345"))
                .as("another program of that number")
                .isFalse();
        assertThat(Program.endLeftover(trace)).isTrue();
        assertThat(program.await(_ -> {})).isGreaterThan(128);
        assertThat(Program.endLeftover(trace)).isFalse();
        assertThat(Program.endLeftover("nonsense")).isFalse();
        program.close();
    }

    @Test
    void refusesAProgramThatIsNotThere() {
        assertThatThrownBy(
                        () ->
                                Program.start(
                                        new Command(List.of("no-such-program"), folder, Map.of())))
                .isInstanceOf(IOException.class)
                .hasMessage("program 'no-such-program' (expected: an executable file on PATH)");
        assertThat(new Command(List.of("a"), folder, Map.of("SECRET", "xyzzy")).toString())
                .contains("SECRET")
                .doesNotContain("xyzzy");
    }

    private Command shell(String script) {
        return new Command(List.of("sh", "-c", script), folder, Map.of("GREETING", "hello"));
    }
}

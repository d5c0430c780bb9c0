package dev.gori.machinery.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.fault.FaultException;
import dev.gori.testkit.HandTime;
import dev.gori.testkit.NoLeaks;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NoLeaks.class)
final class GitRepositoryTest {

    private static final Person GORI = new Person("gori", "gori@localhost");
    private static final Person ANN = new Person("Ann", "ann@example.org");

    @TempDir Path folder;

    private final HandTime time = new HandTime();
    private GitRepository git;

    @BeforeEach
    void open() throws Exception {
        var template = folder.resolve("template");
        Files.createDirectories(template.resolve("environments/dev"));
        Files.writeString(template.resolve("environments/dev/serving.yaml"), "model: m\n");
        Files.writeString(template.resolve("README"), "one\ntwo\nthree\nfour\nfive\n");
        git = GitRepository.openOrCreate(folder.resolve("workspace.git"), template, GORI, time);
    }

    @AfterEach
    void close() {
        git.close();
    }

    private Commit commit(GitRepository on, String message, Map<String, String> files) {
        var edits = new LinkedHashMap<String, Optional<byte[]>>();
        files.forEach(
                (path, text) ->
                        edits.put(
                                path,
                                text.isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(text.getBytes(UTF_8))));
        var written = on.commit(_ -> new Draft(ANN, message, Map.of("Gori-Run", "r1"), edits));
        assertThat(written).isInstanceOf(Written.Committed.class);
        return ((Written.Committed) written).commit();
    }

    private String text(String path) {
        return git.tree(git.head().orElseThrow())
                .file(path)
                .map(bytes -> new String(bytes, UTF_8))
                .orElse("(absent)");
    }

    @Test
    void theFirstCommitHoldsTheTemplateAndASecondOpenKeepsIt() throws Exception {
        var first = git.head().orElseThrow();
        assertThat(git.changedBy(first)).containsExactly("README", "environments/dev/serving.yaml");
        try (var again =
                GitRepository.openOrCreate(
                        folder.resolve("workspace.git"), folder.resolve("template"), GORI, time)) {
            assertThat(again.head()).contains(first);
            assertThat(again.tree(first).under("environments"))
                    .containsOnlyKeys("environments/dev/serving.yaml");
            assertThat(again.tree(first).under("environments/de")).isEmpty();
        }
    }

    @Test
    void aCommitCarriesAuthorCommitterTrailersAndTime() {
        var commit = commit(git, "Try eta 0.2\n\nBecause of the drift.", Map.of("a/b.txt", "x"));
        assertThat(commit.author()).isEqualTo(ANN);
        assertThat(commit.subject()).isEqualTo("Try eta 0.2");
        assertThat(commit.trailers()).containsEntry("Gori-Run", "r1");
        assertThat(commit.at()).isEqualTo(time.now());
        assertThat(git.withTrailer(commit.id(), "Gori-Run", "r1", 10)).contains(commit);
        assertThat(git.changedBy(commit.id())).containsExactly("a/b.txt");
    }

    @Test
    void anEditThatChangesNothingMakesNoCommit() {
        var head = git.head().orElseThrow();
        var written =
                git.commit(
                        _ ->
                                new Draft(
                                        ANN,
                                        "nothing",
                                        Map.of(),
                                        Map.of(
                                                "environments/dev/serving.yaml",
                                                Optional.of("model: m\n".getBytes(UTF_8)))));
        assertThat(written).isEqualTo(new Written.Unchanged(head));
    }

    @Test
    void theLogIsWalkedForwardsFromWhatWasSeen() {
        var first = git.head().orElseThrow();
        var two = commit(git, "two", Map.of("x", "2"));
        var three = commit(git, "three", Map.of("x", "3"));
        assertThat(git.after(first, three.id(), 10))
                .extracting(Commit::subject)
                .containsExactly("two", "three");
        assertThat(git.after(two.id(), three.id(), 10)).containsExactly(three);
        assertThat(git.after(first, three.id(), 1)).containsExactly(three);
        assertThat(git.after(new CommitId("0".repeat(40)), three.id(), 10)).containsExactly(three);
        assertThat(git.log(three.id(), 2)).containsExactly(three, two);
        assertThat(git.changed(first, three.id())).containsExactly("x");
    }

    record Revert(
            String name, Map<String, String> bad, Map<String, String> later, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Revert> reverts() {
        var lines = "one\nTWO\nthree\nfour\nfive\n";
        return Stream.of(
                new Revert(
                        "nothing came after",
                        Map.of("README", lines),
                        Map.of("z", "z"),
                        "done: one\ntwo\nthree\nfour\nfive\n"),
                new Revert(
                        "another place of the same file",
                        Map.of("README", lines),
                        Map.of("README", "one\nTWO\nthree\nfour\nFIVE\n"),
                        "done: one\ntwo\nthree\nfour\nFIVE\n"),
                new Revert(
                        "the same line",
                        Map.of("README", lines),
                        Map.of("README", "one\n2\nthree\n"),
                        "conflict: [README]"),
                new Revert(
                        "already taken back",
                        Map.of("README", lines),
                        Map.of("README", "one\ntwo\nthree\nfour\nfive\n"),
                        "nothing left"),
                new Revert(
                        "an added file",
                        Map.of("new", "x"),
                        Map.of("z", "z"),
                        "done: one\ntwo\nthree\nfour\nfive\n"),
                new Revert(
                        "an added file that was changed",
                        Map.of("new", "x"),
                        Map.of("new", "y"),
                        "conflict: [new]"),
                new Revert(
                        "a deleted file",
                        Map.of("README", ""),
                        Map.of("z", "z"),
                        "done: one\ntwo\nthree\nfour\nfive\n"));
    }

    @ParameterizedTest
    @MethodSource
    void reverts(Revert c) {
        var bad = commit(git, "bad", c.bad());
        commit(git, "later", c.later());
        var before = git.head();
        var got =
                switch (git.revert(
                        bad.id(),
                        GORI,
                        "Revert \"bad\"",
                        Map.of("Gori-Reverts", bad.id().value()))) {
                    case Reverted.Done(var commit) -> {
                        assertThat(commit.trailers())
                                .containsEntry("Gori-Reverts", bad.id().value());
                        yield "done: " + text("README");
                    }
                    case Reverted.Conflicted(var paths) -> {
                        assertThat(git.head()).isEqualTo(before);
                        yield "conflict: " + paths;
                    }
                    case Reverted.NothingLeft(_) -> "nothing left";
                };
        assertThat(got).isEqualTo(c.expected());
    }

    @Test
    void undoStaysInsideItsFolder() {
        var bad =
                commit(
                        git,
                        "both",
                        Map.of(
                                "environments/dev/serving.yaml",
                                "model: bad\n",
                                "environments/prod/x",
                                "1"));
        var head = git.tree(bad.id());
        assertThat(git.undo(head, bad.id(), "environments/dev"))
                .isInstanceOfSatisfying(
                        Undo.Clean.class,
                        clean ->
                                assertThat(clean.edits())
                                        .containsOnlyKeys("environments/dev/serving.yaml"));
    }

    @Test
    void manyWritersLoseNothing() throws Exception {
        var work = new ArrayList<Callable<Commit>>();
        for (int i = 0; i < 16; i++) {
            int n = i;
            work.add(() -> commit(git, "write " + n, Map.of("f" + n, "x")));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(work)) {
                done.get();
            }
        }
        assertThat(git.log(git.head().orElseThrow(), 100)).hasSize(17);
        assertThat(git.tree(git.head().orElseThrow()).under("")).hasSize(18);
    }

    @Test
    void aMirrorFetchesPushesAndLosesNoRace() throws Exception {
        var remote = folder.resolve("workspace.git").toUri();
        try (var mirror =
                GitRepository.mirror(
                        remote, folder.resolve("mirror.git"), Duration.ofSeconds(5), GORI, time)) {
            assertThat(mirror.head()).isEmpty();
            mirror.fetch();
            assertThat(mirror.head()).isEqualTo(git.head());
            var theirs = commit(git, "by a person", Map.of("p", "1"));
            var ours = commit(mirror, "by the platform", Map.of("q", "1"));
            assertThat(ours.parents()).containsExactly(theirs.id());
            assertThat(git.head()).contains(ours.id());
        }
    }

    @Test
    void aRemoteThatIsAwaySaysSoAndNothingIsWritten() throws Exception {
        var away = URI.create("file:" + folder.resolve("nowhere.git"));
        try (var mirror =
                GitRepository.mirror(
                        away, folder.resolve("mirror.git"), Duration.ofSeconds(1), GORI, time)) {
            assertThatThrownBy(() -> commit(mirror, "x", Map.of("a", "b")))
                    .isInstanceOf(FaultException.class)
                    .hasMessageContaining("nowhere.git")
                    .hasMessageContaining("expected: the Git server's main branch");
            assertThat(mirror.head()).isEmpty();
        }
    }

    @Test
    void refusesPathsThatLeaveTheRepository() {
        for (var path : List.of("/etc/passwd", "../x", "a//b", "")) {
            assertThatThrownBy(() -> commit(git, "x", Map.of(path, "y")))
                    .hasMessageContaining("expected: a relative path");
        }
    }
}

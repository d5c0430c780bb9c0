package dev.gori.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.fault.FaultException;
import dev.gori.testkit.ManualClock;
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
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.TreeFormatter;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
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

  private final ManualClock time = new ManualClock();
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
            edits.put(path, text.isEmpty() ? Optional.empty() : Optional.of(text.getBytes(UTF_8))));
    var written = on.commit(_ -> new CommitDraft(ANN, message, Map.of("Gori-Run", "r1"), edits));
    assertThat(written).isInstanceOf(CommitResult.Committed.class);
    return ((CommitResult.Committed) written).commit();
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

  private record Damage(String what, Harm harm, String says) {
    interface Harm {
      void to(Path bare) throws Exception;
    }

    @Override
    public String toString() {
      return what;
    }
  }

  private static Damage.Harm written(String file, String content) {
    return bare -> Files.writeString(bare.resolve(file), content);
  }

  static Stream<Damage> mainIsAgainWhatWasRecorded() {
    return Stream.of(
        new Damage("an empty main", written("refs/heads/main", ""), "(''), and is again"),
        new Damage("zeros", written("refs/heads/main", "\0".repeat(41)), "and is again"),
        new Damage("half a main", written("refs/heads/main", "a1b2"), "('a1b2'), and is"),
        new Damage(
            "a main whose commit is not there",
            written("refs/heads/main", "0123456789".repeat(4) + "\n"),
            "and is again"),
        new Damage("no main", bare -> Files.delete(bare.resolve("refs/heads/main")), "not there"),
        new Damage(
            "an empty main before an older one in packed-refs",
            bare -> {
              var main = bare.resolve("refs/heads/main");
              var older = Files.readString(bare.resolve("older")).strip();
              Files.writeString(
                  bare.resolve("packed-refs"),
                  "# pack-refs with: peeled fully-peeled sorted \n" + older + " refs/heads/main\n");
              Files.writeString(main, "");
            },
            "and is again"),
        new Damage(
            "no folder of references",
            bare -> {
              Files.delete(bare.resolve("refs/heads/main"));
              Files.deleteIfExists(bare.resolve("refs/heads"));
            },
            "and is again"));
  }

  @ParameterizedTest
  @MethodSource
  void mainIsAgainWhatWasRecorded(Damage damage) throws Exception {
    var first = git.head().orElseThrow();
    var second = commit(git, "two", Map.of("x", "2")).id();
    git.close();
    var bare = folder.resolve("workspace.git");
    Files.writeString(bare.resolve("older"), first.value());
    damage.harm().to(bare);
    assertThatThrownBy(() -> reopened(List.of(), new ArrayList<>()))
        .isInstanceOf(java.io.IOException.class)
        .hasMessageContainingAll(
            bare.toString(), "no delivery has recorded a commit", "git clone --bare");
    var told = new ArrayList<String>();
    var unknown = new CommitId("f".repeat(40));
    git = reopened(List.of(unknown, first, second, first), told);
    assertThat(git.head()).contains(second);
    assertThat(text("x")).isEqualTo("2");
    assertThat(told)
        .singleElement()
        .asString()
        .contains("refs/heads/main", damage.says(), second.value());
    assertThat(commit(git, "three", Map.of("x", "3")).parents()).containsExactly(second);
  }

  private GitRepository reopened(List<CommitId> recorded, List<String> told) throws Exception {
    return GitRepository.open(
        folder.resolve("workspace.git"), () -> recorded, GORI, time, told::add);
  }

  static Stream<Damage> isPutRightWithoutLosingAnything() {
    return Stream.of(
        new Damage("an empty HEAD", written("HEAD", ""), "HEAD: was damaged"),
        new Damage("zeros in HEAD", written("HEAD", "\0\0\0"), "HEAD: was damaged"),
        new Damage("no HEAD", bare -> Files.delete(bare.resolve("HEAD")), "HEAD: was damaged"),
        new Damage(
            "packed references that are none",
            written("packed-refs", "\0\0\0"),
            "packed-refs.damaged"),
        new Damage(
            "words in packed-refs",
            written("packed-refs", "what is this\n"),
            "packed-refs.damaged"));
  }

  @ParameterizedTest
  @MethodSource
  void isPutRightWithoutLosingAnything(Damage damage) throws Exception {
    var second = commit(git, "two", Map.of("x", "2")).id();
    git.close();
    damage.harm().to(folder.resolve("workspace.git"));
    var told = new ArrayList<String>();
    git = reopened(List.of(), told);
    assertThat(git.head()).contains(second);
    assertThat(told).singleElement().asString().contains(damage.says());
    commit(git, "three", Map.of("x", "3"));
    assertThat(Files.readString(folder.resolve("workspace.git/HEAD")))
        .isEqualTo("ref: refs/heads/main\n");
  }

  static Stream<Damage> isLeftAsItIsAndSaysWhatToDo() {
    return Stream.of(
        new Damage("an empty folder", GitRepositoryTest::delete, "no folder 'objects'"),
        new Damage("no objects", bare -> deleteAll(bare.resolve("objects")), "no folder 'objects'"),
        new Damage(
            "objects that were not written",
            bare -> {
              try (var files = Files.walk(bare.resolve("objects"))) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                  file.toFile().setWritable(true);
                  Files.write(file, new byte[0]);
                }
              }
            },
            "are not whole"));
  }

  private static void delete(Path bare) throws Exception {
    deleteAll(bare);
    Files.createDirectory(bare);
  }

  private static void deleteAll(Path top) throws Exception {
    try (var files = Files.walk(top)) {
      for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @ParameterizedTest
  @MethodSource
  void isLeftAsItIsAndSaysWhatToDo(Damage damage) throws Exception {
    var head = git.head().orElseThrow();
    git.close();
    var bare = folder.resolve("workspace.git");
    damage.harm().to(bare);
    var before = files(bare);
    assertThatThrownBy(() -> reopened(List.of(head), new ArrayList<>()))
        .isInstanceOf(java.io.IOException.class)
        .hasMessageContainingAll(bare.toString(), damage.says(), "git clone --bare");
    assertThatThrownBy(
            () -> GitRepository.openOrCreate(bare, folder.resolve("template"), GORI, time))
        .as("never made anew")
        .isInstanceOf(java.io.IOException.class);
    assertThat(files(bare)).containsAll(before).doesNotContain("objects/pack/new");
  }

  private static List<String> files(Path top) throws Exception {
    try (var files = Files.walk(top)) {
      return files.filter(Files::isRegularFile).map(top::relativize).map(Path::toString).toList();
    }
  }

  @Test
  void aMainThatGoesAwayIsNotBegunAnewByACommit() throws Exception {
    Files.writeString(folder.resolve("workspace.git/refs/heads/main"), "");
    assertThatThrownBy(() -> commit(git, "root", Map.of("x", "1")))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("no branch main, nothing is committed");
  }

  @Test
  void aLockThatAKilledProgramLeftIsTakenAway() throws Exception {
    git.close();
    var lock = Files.writeString(folder.resolve("workspace.git/refs/heads/main.lock"), "");
    Files.setLastModifiedTime(
        lock, java.nio.file.attribute.FileTime.from(time.now().minus(Duration.ofMinutes(2))));
    var told = new ArrayList<String>();
    git = reopened(List.of(), told);
    assertThat(told).singleElement().asString().contains("main.lock", "deleted");
    commit(git, "goes on", Map.of("x", "1"));
  }

  @Test
  void whatIsNoPlainFileIsNamed() throws Exception {
    CommitId id;
    try (var raw = FileRepositoryBuilder.create(folder.resolve("workspace.git").toFile());
        var inserter = raw.newObjectInserter()) {
      var small = inserter.insert(Constants.OBJ_BLOB, "x".getBytes(UTF_8));
      var large = inserter.insert(Constants.OBJ_BLOB, new byte[9 << 20]);
      var dev = new TreeFormatter();
      entry(dev, "..", FileMode.REGULAR_FILE, small);
      entry(dev, "Serving.yaml", FileMode.REGULAR_FILE, small);
      entry(dev, "a\tb", FileMode.REGULAR_FILE, small);
      entry(dev, "big", FileMode.REGULAR_FILE, large);
      dev.append("caf\u00e9".getBytes(ISO_8859_1), FileMode.REGULAR_FILE, small);
      entry(dev, "fine.sh", FileMode.EXECUTABLE_FILE, small);
      entry(dev, "link", FileMode.SYMLINK, small);
      entry(dev, "module", FileMode.GITLINK, small);
      entry(dev, "serving.yaml", FileMode.REGULAR_FILE, small);
      var environments = new TreeFormatter();
      environments.append("dev", FileMode.TREE, inserter.insert(dev));
      var root = new TreeFormatter();
      root.append("environments", FileMode.TREE, inserter.insert(environments));
      var commit = new CommitBuilder();
      commit.setTreeId(inserter.insert(root));
      commit.setAuthor(new PersonIdent("Ann", "ann@example.org"));
      commit.setCommitter(commit.getAuthor());
      commit.setMessage("odd");
      id = new CommitId(inserter.insert(commit).name());
      inserter.flush();
    }
    var tree = git.tree(id);
    assertThat(tree.unusable("environments/dev"))
        .satisfiesExactlyInAnyOrder(
            one -> assertThat(one).startsWith("environments/dev/..: invalid name"),
            one ->
                assertThat(one)
                    .isEqualTo(
                        "environments/dev/a?b: a control character or backslash in the name (expected: neither)"),
            one ->
                assertThat(one)
                    .startsWith("environments/dev/big: 9437184 bytes (expected: up to 8388608 in"),
            one ->
                assertThat(one)
                    .isEqualTo(
                        "environments/dev/caf\u00e9: a name that is not UTF-8 (expected: UTF-8)"),
            one ->
                assertThat(one)
                    .isEqualTo("environments/dev/link: a symbolic link (expected: a file)"),
            one ->
                assertThat(one)
                    .isEqualTo("environments/dev/module: a submodule (expected: a file)"),
            one ->
                assertThat(one)
                    .isEqualTo(
                        "environments/dev/serving.yaml: differs from environments/dev/Serving.yaml in the case of letters alone (expected: another name)"));
    assertThat(tree.unusable("environments/prod")).isEmpty();
    assertThat(tree.paths("environments"))
        .contains("environments/dev/fine.sh", "environments/dev/big")
        .doesNotContain("environments/dev/link", "environments/dev/module");
    assertThatThrownBy(() -> tree.under("environments"))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("environments/dev/big: 9437184 bytes");
  }

  private static void entry(TreeFormatter tree, String name, FileMode mode, ObjectId id) {
    tree.append(name.getBytes(UTF_8), mode, id);
  }

  @Test
  void anEditThatChangesNothingMakesNoCommit() {
    var head = git.head().orElseThrow();
    var written =
        git.commit(
            _ ->
                new CommitDraft(
                    ANN,
                    "nothing",
                    Map.of(),
                    Map.of(
                        "environments/dev/serving.yaml",
                        Optional.of("model: m\n".getBytes(UTF_8)))));
    assertThat(written).isEqualTo(new CommitResult.Unchanged(head));
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

  record Revert(String name, Map<String, String> bad, Map<String, String> later, String expected) {
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
            bad.id(), GORI, "Revert \"bad\"", Map.of("Gori-Reverts", bad.id().value()))) {
          case RevertResult.Done(var commit) -> {
            assertThat(commit.trailers()).containsEntry("Gori-Reverts", bad.id().value());
            yield "done: " + text("README");
          }
          case RevertResult.Conflicted(var paths) -> {
            assertThat(git.head()).isEqualTo(before);
            yield "conflict: " + paths;
          }
          case RevertResult.NothingLeft(_) -> "nothing left";
        };
    assertThat(got).isEqualTo(c.expected());
  }

  @Test
  void undoStaysInsideItsFolder() {
    var bad =
        commit(
            git,
            "both",
            Map.of("environments/dev/serving.yaml", "model: bad\n", "environments/prod/x", "1"));
    var head = git.tree(bad.id());
    assertThat(git.undo(head, bad.id(), "environments/dev"))
        .isInstanceOfSatisfying(
            RevertMerge.Clean.class,
            clean -> assertThat(clean.edits()).containsOnlyKeys("environments/dev/serving.yaml"));
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

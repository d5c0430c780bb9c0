package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.git.CommitId;
import dev.gori.git.GitRepository;
import dev.gori.git.Person;
import dev.gori.git.RevertResult;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Delivery at the running program, for an installation with one environment of another name and
/// without the sample pipeline: what has no effect is never called applied, and a repository that a
/// power cut damaged is not begun anew.
@ExtendWith(NoLeaks.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class StuckDeliveryTest {

  private static final Person ANN = new Person("Ann", "ann@example.com");
  private static final String LAB = "environments/lab/";

  @TempDir static Path folder;

  private static final Closer CLOSER = new Closer();
  private static GoriProcess program;
  private static WallTime time;
  private static GitRepository workspace;
  private static CommitId good;

  @BeforeAll
  static void start() throws IOException {
    program = CLOSER.add("program", GoriProcess.in(folder, Map.of()));
    var environments = program.home().resolve("workspace/environments");
    delete(environments.resolve("prod"));
    delete(environments.resolve("dev/pipelines"));
    Files.move(environments.resolve("dev"), environments.resolve("lab"));
    program.up();
    time = CLOSER.add("time", new WallTime());
    workspace = CLOSER.add("workspace", Workspace.of(program.data(), time));
  }

  private static void delete(Path top) throws IOException {
    try (var files = Files.walk(top)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @AfterAll
  static void stop() {
    CLOSER.close();
  }

  private static RunningEnvironment lab() {
    return program.running().environment("lab");
  }

  private static boolean becomes(CommitId commit, String verdict) {
    return Poller.untilTrue(
        PlatformRig.SOON,
        () ->
            lab()
                .delivery()
                .change(commit.value())
                .filter(one -> one.path("verdict").asString("").equals(verdict))
                .isPresent());
  }

  @Test
  @Order(1)
  void aPlatformWithoutTheSampleStartsAndSaysWhatItDid() throws IOException {
    good = workspace.head().orElseThrow();
    assertThat(becomes(good, "applied")).isTrue();
    assertThat(Poller.untilTrue(PlatformRig.SOON, () -> program.text().contains("Ctrl-C")))
        .as(program.text())
        .isTrue();
    assertThat(program.text())
        .contains(
            "lab: the workspace has no pipeline 'daily_user_events', so gori generates no sample data and starts no first run");
    var said = program.verb("status");
    assertThat(said.status()).as(said.text()).isZero();
    assertThat(said.text())
        .contains("lab  http", "serves    nothing yet", "delivery  synced, last complete sync ");
  }

  @Test
  @Order(2)
  void whatNoPartTakesIsRefusedWithTheNameThatIsMeant() throws IOException {
    var rules = lab().get("/prometheus/api/v1/rules").text();
    var bad =
        commit(
            "Files in other places",
            Map.of(
                LAB + "alertmanager.yml",
                "route: {receiver: x}",
                LAB + "servingg.yaml",
                "model: m",
                LAB + "rules/top.yaml",
                "groups: []",
                LAB + "rules/metrics/extra.rules",
                "groups: []",
                LAB + "rules/metrics/upper.YAML",
                "groups: []",
                LAB + "secrets/broken.yaml",
                "kind: Secret",
                LAB + "templates/unused.tmpl",
                "{{ define \"x\" }}{{ end }}",
                LAB + "code/README.md",
                "for people",
                "environments/shared/rules.yaml",
                "groups: []"),
            Map.of(LAB + "rules/metrics/serving.yaml", "../../../shared/rules.yaml"));
    assertThat(becomes(bad, "refused")).isTrue();
    var said = program.verb("status").text();
    assertThat(said)
        .contains(
            "refused",
            LAB + "rules/metrics/serving.yaml: a symbolic link (expected: a file)",
            LAB
                + "alertmanager.yml: is there as 'alertmanager.yaml' too (expected: one of the two)",
            LAB + "servingg.yaml: no part takes this file, did you mean 'serving.yaml'?",
            LAB + "rules/top.yaml: no part takes this file (expected: ",
            LAB
                + "rules/metrics/extra.rules: no part takes this file (expected: rules/metrics/*.yaml",
            LAB
                + "rules/metrics/upper.YAML: no part takes this file, did you mean 'rules/metrics/upper.yaml'?",
            LAB + "secrets/broken.yaml:1 kind: 'Secret' (expected: kind: SealedSecret)",
            LAB + "templates/unused.tmpl: no pattern of 'templates:'",
            "environments/shared: neither environment.yaml nor serving.yaml")
        .doesNotContain("code/README.md:");
    assertThat(names(lab().get("/prometheus/api/v1/rules").text())).isEqualTo(names(rules));

    var reverted = workspace.revert(bad, ANN, "Take it back", Map.of());
    assertThat(reverted).isInstanceOf(RevertResult.Done.class);
    assertThat(becomes(((RevertResult.Done) reverted).commit().id(), "applied")).isTrue();
    assertThat(lab().delivery().desired().path("status").asString("")).isEqualTo("synced");
  }

  private static List<String> names(String rules) {
    return java.util.regex.Pattern.compile("\"name\":\"[^\"]*\"")
        .matcher(rules)
        .results()
        .map(found -> found.group())
        .toList();
  }

  @Test
  @Order(3)
  void bothSpellingsAreReadAndWhatNothingUsesIsAWarning() throws IOException {
    var head = workspace.tree(workspace.head().orElseThrow());
    var files = new LinkedHashMap<String, String>();
    for (var name : List.of("alertmanager.yaml", "environment.yaml", "serving.yaml")) {
      files.put(
          LAB + name.replace(".yaml", ".yml"),
          new String(head.file(LAB + name).orElseThrow(), StandardCharsets.UTF_8)
              .replace("#gori-dev", "#renamed"));
      files.put(LAB + name, "");
    }
    files.put(LAB + "prometheus.yml", "");
    files.put(LAB + "prometheus.yaml", "scrape_configs: [{job_name: renamed}]");
    files.put(
        LAB + "rules/metrics/more.yml",
        "groups: [{name: renamed, rules: [{record: a, expr: vector(1)}]}]");
    files.put(
        LAB + "secrets/db.yml",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db, namespace: serving-lab}\nspec: {encryptedData: {password: AgB}}\n");
    var commit = commit("Other spellings", files, Map.of());
    assertThat(becomes(commit, "applied"))
        .as("%s", lab().delivery().change(commit.value()))
        .isTrue();
    assertThat(lab().get("/alertmanager/api/v2/status").text()).contains("#renamed");
    assertThat(lab().get("/prometheus/api/v1/status/config").text()).contains("job_name: renamed");
    assertThat(lab().get("/prometheus/api/v1/rules").text()).contains("\"name\":\"renamed\"");
    assertThat(program.verb("status").text())
        .contains(LAB + "secrets/db.yml: valid, but this version does not open sealed secrets");
    assertThat(lab().delivery().change(commit.value()).orElseThrow().path("warnings")).hasSize(1);
  }

  @Test
  @Order(4)
  void whatAPowerCutLeavesOfMainIsNotTakenForANewInstallation() throws IOException {
    var head = workspace.head().orElseThrow();
    program.kill();
    var bare = program.data().resolve("workspace.git");
    Files.writeString(bare.resolve("refs/heads/main"), "");
    Files.writeString(bare.resolve("HEAD"), "\0\0\0");
    program.up();
    assertThat(workspace.head()).contains(head);
    assertThat(program.text())
        .contains("HEAD: was damaged", "is again the last commit that delivery recorded");
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () -> lab().delivery().desired().path("status").asString("").equals("synced")))
        .as("%s", lab().delivery().desired())
        .isTrue();
    assertThat(lab().delivery().desired().path("head").asString("")).isEqualTo(head.value());
  }

  /// Delivery reports a `main` that becomes unreadable while it runs, and does not repair it.
  @Test
  @Order(5)
  void aMainThatGoesAwayWhileItRunsIsNotSynced() throws IOException {
    var main = program.data().resolve("workspace.git/refs/heads/main");
    var was = Files.readString(main);
    Files.writeString(main, "");
    assertThat(Poller.untilTrue(PlatformRig.SOON, () -> status().equals("failed"))).isTrue();
    var said = program.verb("status");
    assertThat(said.text()).contains("delivery  failed", "the workspace has no branch main");
    assertThat(lab().get("/metrics/delivery").text())
        .contains("gori_delivery_look_interval_seconds 0.3");
    Files.writeString(main, was);
    assertThat(Poller.untilTrue(PlatformRig.SOON, () -> status().equals("synced"))).isTrue();
  }

  private static String status() {
    return lab().delivery().desired().path("status").asString("");
  }

  /// What a person pushes with a Git of their own: files (an empty text takes one away), and
  /// symbolic links.
  private static CommitId commit(
      String subject, Map<String, String> files, Map<String, String> links) throws IOException {
    var parent = workspace.head().orElseThrow().value();
    try (var raw = FileRepositoryBuilder.create(program.data().resolve("workspace.git").toFile());
        var reader = raw.newObjectReader();
        var inserter = raw.newObjectInserter()) {
      var id = raw.resolve(parent);
      var index = DirCache.read(reader, raw.parseCommit(id).getTree());
      var editor = index.editor();
      files.forEach(
          (path, text) -> {
            if (text.isEmpty()) {
              editor.add(new DirCacheEditor.DeletePath(path));
            }
          });
      for (var file : files.entrySet()) {
        if (!file.getValue().isEmpty()) {
          var blob = inserter.insert(Constants.OBJ_BLOB, bytes(file.getValue()));
          editor.add(edit(file.getKey(), FileMode.REGULAR_FILE, blob));
        }
      }
      for (var link : links.entrySet()) {
        var blob = inserter.insert(Constants.OBJ_BLOB, bytes(link.getValue()));
        editor.add(edit(link.getKey(), FileMode.SYMLINK, blob));
      }
      editor.finish();
      var commit = new CommitBuilder();
      commit.setTreeId(index.writeTree(inserter));
      commit.setParentId(id);
      commit.setAuthor(new PersonIdent("Ann", "ann@example.com"));
      commit.setCommitter(commit.getAuthor());
      commit.setMessage(subject);
      var written = inserter.insert(commit);
      inserter.flush();
      var update = raw.updateRef("refs/heads/main");
      update.setExpectedOldObjectId(id);
      update.setNewObjectId(written);
      update.disableRefLog();
      update.update();
      return Optional.of(written.name()).map(CommitId::new).orElseThrow();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static DirCacheEditor.PathEdit edit(
      String path, FileMode mode, org.eclipse.jgit.lib.ObjectId blob) {
    return new DirCacheEditor.PathEdit(path) {
      @Override
      public void apply(DirCacheEntry entry) {
        entry.setFileMode(mode);
        entry.setObjectId(blob);
      }
    };
  }
}

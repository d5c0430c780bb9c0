package dev.gori.app;

import dev.gori.base.conf.Problems;
import dev.gori.delivery.Delivery;
import dev.gori.git.CommitId;
import dev.gori.git.GitRepository;
import dev.gori.git.Person;
import dev.gori.git.Tree;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Opens the workspace repository: the data folder's own, or a mirror of a remote repository.
public final class Workspace {

  private static final Person GORI = new Person("gori", "gori@localhost");
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private static final String URL = "workspace.url";
  private static final String OWN = "workspace.git";
  private static final String MIRROR = "workspace-mirror.git";

  private Workspace() {}

  /// @param template the initial content of a new repository
  /// @param remote the URL of the repository; empty: the last remote that was set for the folder,
  ///   else the folder's own
  /// @param tell receives a message for each repair
  /// @throws IOException when the folder's repository is missing or damaged
  /// @throws FaultException BACKEND_DOWN when a remote that was never fetched is unreachable
  static GitRepository open(
      Path data, Path template, Optional<URI> remote, Time time, Consumer<String> tell)
      throws IOException {
    var told = data.resolve(URL);
    if (remote.isPresent()) {
      Disk.local().writeWhole(told, remote.get().toString().getBytes(StandardCharsets.UTF_8));
    } else if (!Files.exists(told)) {
      return own(data, template, time, tell);
    }
    return mirror(address(told), data.resolve(MIRROR), time, tell);
  }

  private static GitRepository own(Path data, Path template, Time time, Consumer<String> tell)
      throws IOException {
    var bare = data.resolve(OWN);
    if (Files.exists(bare, LinkOption.NOFOLLOW_LINKS)) {
      return GitRepository.open(bare, () -> recorded(data), GORI, time, tell);
    }
    if (Files.exists(data.resolve(MIRROR))) {
      throw new IOException(
          "%s: not there, but %s is (expected: both, or none). Name the repository with --workspace GIT; to begin with a workspace of this folder's own, move %s away"
              .formatted(data.resolve(URL), MIRROR, MIRROR));
    }
    var recorded = recorded(data);
    if (!recorded.isEmpty()) {
      throw new IOException(
          "%s: not there, but delivery has applied commit %s from it (expected: the repository). Put it back, from a backup or with: git clone --bare CLONE %s; to begin with a new workspace, move the folders of the environments away too"
              .formatted(bare, recorded.getFirst(), bare));
    }
    return GitRepository.create(bare, template, GORI, time);
  }

  /// Opens the mirror. Renames a damaged mirror and fetches it again, because a mirror has no data
  /// of its own.
  private static GitRepository mirror(URI remote, Path bare, Time time, Consumer<String> tell)
      throws IOException {
    GitRepository mirror;
    try {
      mirror = GitRepository.mirror(remote, bare, DEADLINE, GORI, time);
    } catch (IOException e) {
      var aside = bare.resolveSibling("%s.damaged-%d".formatted(bare.getFileName(), time.millis()));
      Disk.local().rename(bare, aside);
      tell.accept(
          "%s: was damaged, is %s now, and is fetched again".formatted(bare, aside.getFileName()));
      mirror = GitRepository.mirror(remote, bare, DEADLINE, GORI, time);
    }
    try {
      mirror.fetch();
    } catch (FaultException e) {
      if (mirror.head().isEmpty()) {
        mirror.close();
        throw e;
      }
    }
    return mirror;
  }

  /// The repository that the program that runs from the folder follows. Creates and repairs no
  /// repository of the data folder.
  public static GitRepository of(Path data, Time time) throws IOException {
    var told = data.resolve(URL);
    return Files.exists(told)
        ? mirror(address(told), data.resolve(MIRROR), time, _ -> {})
        : GitRepository.open(data.resolve(OWN), List::of, GORI, time, _ -> {});
  }

  private static URI address(Path told) throws IOException {
    var text = Files.readString(told).strip();
    try {
      var address = URI.create(text);
      if (!text.isEmpty() && address.getScheme() != null) {
        return address;
      }
    } catch (IllegalArgumentException _) { // reported below
    }
    throw new IOException(
        "%s: '%s' (expected: the address of a Git repository). Name it with --workspace GIT"
            .formatted(told, text.replaceAll("\\p{Cntrl}", "?")));
  }

  /// The commits of `main` that the delivery roles of all environments recorded, newest first.
  static List<CommitId> recorded(Path data) {
    var all = new LinkedHashSet<CommitId>();
    try (var folders = Files.list(data)) {
      for (var folder : folders.sorted().toList()) {
        all.addAll(Delivery.recorded(folder.resolve(RoleName.DELIVERY.label())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + data, e);
    }
    return List.copyOf(all);
  }

  /// The environments that a tree declares: the folders under `environments` with an
  /// `environment.yaml` or a `serving.yaml`. Another folder or file there is a problem.
  static Set<EnvironmentName> environments(Tree tree, Problems problems) {
    var folders = new TreeMap<String, Boolean>();
    for (var path : tree.paths("environments")) {
      var parts = path.split("/", 3);
      if (parts.length == 3) {
        folders.merge(parts[1], EnvironmentFiles.declares(parts[2]), Boolean::logicalOr);
      } else if (!EnvironmentFiles.isForPeople(parts[1])) {
        problems.add(
            "%s: a file (expected: a folder for each environment, such as environments/dev)"
                .formatted(path));
      }
    }
    var names = new LinkedHashSet<EnvironmentName>();
    folders.forEach(
        (name, declared) -> {
          var folder = "environments/" + name;
          if (!declared) {
            problems.add(
                "%s: neither environment.yaml nor serving.yaml in it (expected: folders of environments alone; each has its own files)"
                    .formatted(folder));
            return;
          }
          try {
            names.add(new EnvironmentName(name));
          } catch (IllegalArgumentException e) {
            problems.add("%s: %s".formatted(folder, e.getMessage()));
          }
        });
    return names;
  }

  /// @param text a path or an address
  static URI address(String text) {
    return text.contains("://")
        ? URI.create(text)
        : Path.of(text).toAbsolutePath().normalize().toUri();
  }
}

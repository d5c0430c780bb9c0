package dev.gori.git;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/// The folder of a bare repository: created once, and checked each time it is opened. Damage by a
/// power cut or by hand is repaired where that loses nothing; otherwise opening fails with what to
/// do. An existing folder is never created again.
///
/// @param tell gets a message for each repair
record BareRepository(Path folder, Time time, Consumer<String> tell) {

  private static final String HEAD = "HEAD";
  private static final String TO_MAIN = "ref: " + GitRepository.MAIN + "\n";
  private static final String PACKED = "packed-refs";
  private static final Duration ABANDONED = Duration.ofMinutes(1);
  private static final int MOST_PARENTS = 500;

  /// Makes an empty repository whose HEAD is main.
  Repository create() throws IOException {
    IsolatedSystemReader.install();
    Files.createDirectories(folder);
    var repository = new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
    ((FileRepository) repository).create(true);
    repository.updateRef(HEAD).link(GitRepository.MAIN);
    var config = repository.getConfig();
    config.setString("core", null, "fsync", "committed"); // for what others push
    config.save();
    return repository;
  }

  /// Opens what is there.
  ///
  /// @param recorded what is known to have been main, the best first; asked when main is damaged
  /// @throws IOException when it is damaged so that something would be lost, with what to do
  Repository open(Supplier<List<CommitId>> recorded) throws IOException {
    IsolatedSystemReader.install();
    if (!Files.isDirectory(folder.resolve("objects"))) {
      throw damaged("no folder 'objects' in it");
    }
    refs();
    var repository = new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
    try {
      packedRefs(repository);
      if (isDamaged() || main(repository).filter(id -> isWhole(repository, id)).isEmpty()) {
        repair(repository, recorded.get());
      }
      return repository;
    } catch (IOException | RuntimeException e) {
      repository.close();
      throw e;
    }
  }

  /// Opens what is there when it has nothing of its own to lose; main may be missing.
  Repository openMirror() throws IOException {
    IsolatedSystemReader.install();
    if (!Files.isDirectory(folder.resolve("objects"))) {
      throw damaged("no folder 'objects' in it");
    }
    refs();
    var repository = new FileRepositoryBuilder().setGitDir(folder.toFile()).setBare().build();
    try {
      packedRefs(repository);
      if (isDamaged() || main(repository).filter(id -> !isWhole(repository, id)).isPresent()) {
        throw damaged("main is damaged");
      }
      return repository;
    } catch (IOException | RuntimeException e) {
      repository.close();
      throw e;
    }
  }

  /// Whether main's own file is there and no commit is in it. The library goes on to an older main
  /// in the packed references then.
  private boolean isDamaged() throws IOException {
    var file = folder.resolve(GitRepository.MAIN);
    return Files.exists(file)
        && !Files.readString(file, StandardCharsets.ISO_8859_1).matches("[0-9a-f]{40}\\s*");
  }

  /// Git takes a folder without `refs`, or without a valid HEAD, for no repository.
  private void refs() throws IOException {
    Files.createDirectories(folder.resolve("refs/heads"));
    var head = folder.resolve(HEAD);
    var text = Files.exists(head) ? Files.readString(head, StandardCharsets.ISO_8859_1) : "";
    if (!text.matches("ref: refs/\\S+\\s*|[0-9a-f]{40}\\s*")) {
      Disk.local().writeWhole(head, TO_MAIN.getBytes(StandardCharsets.UTF_8));
      tell.accept("%s: was damaged, leads to main again".formatted(head));
    }
    var lock = folder.resolve(GitRepository.MAIN + ".lock");
    if (Files.exists(lock)
        && Files.getLastModifiedTime(lock).toInstant().isBefore(time.now().minus(ABANDONED))) {
      Files.delete(lock);
      tell.accept(
          "%s: left by a program that was killed, deleted; commits were refused because of it"
              .formatted(lock));
    }
  }

  private void packedRefs(Repository repository) throws IOException {
    try {
      repository.getRefDatabase().getRefs();
    } catch (IOException | IllegalArgumentException _) {
      var packed = folder.resolve(PACKED);
      if (isReadable(packed)) {
        return; // it is another ref that is damaged; main is looked at on its own
      }
      var aside = folder.resolve(PACKED + ".damaged");
      Disk.local().rename(packed, aside);
      repository.getRefDatabase().refresh();
      tell.accept(
          "%s: was damaged and is %s now; branches other than main and tags may be missing"
              .formatted(packed, aside.getFileName()));
    }
  }

  private static boolean isReadable(Path packed) throws IOException {
    return !Files.exists(packed)
        || Files.readAllLines(packed, StandardCharsets.ISO_8859_1).stream()
            .allMatch(line -> line.matches("#.*|\\^[0-9a-f]{40}|[0-9a-f]{40} \\S+"));
  }

  private static Optional<ObjectId> main(Repository repository) {
    try {
      return Optional.ofNullable(repository.exactRef(GitRepository.MAIN))
          .flatMap(ref -> Optional.ofNullable(ref.getObjectId()));
    } catch (IOException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private void repair(Repository repository, List<CommitId> recorded) throws IOException {
    var file = folder.resolve(GitRepository.MAIN);
    var was =
        Files.exists(file)
            ? "'%s'"
                .formatted(
                    Files.readString(file, StandardCharsets.ISO_8859_1)
                        .strip()
                        .replaceAll("\\p{Cntrl}", "?"))
            : "not there";
    var newest = newest(repository, recorded);
    if (newest.isPresent()) {
      Files.deleteIfExists(file);
      repository.getRefDatabase().refresh();
      put(repository, newest.get());
      tell.accept(
          "%s: was damaged (%s), and is again the last commit that delivery recorded, %s; a commit that was pushed after it has to be pushed again"
              .formatted(file, was, newest.get().name()));
      return;
    }
    throw damaged(
        "main is %s%s"
            .formatted(
                main(repository).isPresent() ? was + ", whose objects are not whole" : was,
                recorded.isEmpty()
                    ? ", and no delivery has recorded a commit"
                    : ", and the objects of the commits that delivery recorded are not whole: "
                        + recorded));
  }

  /// Of the commits that can be read the one that follows on the others.
  private static Optional<ObjectId> newest(Repository repository, List<CommitId> recorded)
      throws IOException {
    @Nullable ObjectId newest = null;
    for (var commit : recorded) {
      var id = ObjectId.fromString(commit.value());
      if (isWhole(repository, id) && (newest == null || isAncestor(repository, newest, id))) {
        newest = id;
      }
    }
    return Optional.ofNullable(newest);
  }

  private static boolean isAncestor(Repository repository, ObjectId one, ObjectId other)
      throws IOException {
    try (var walk = new RevWalk(repository)) {
      return walk.isMergedInto(walk.parseCommit(one), walk.parseCommit(other));
    }
  }

  private void put(Repository repository, ObjectId id) throws IOException {
    var update = repository.updateRef(GitRepository.MAIN);
    update.setForceUpdate(true);
    update.setNewObjectId(id);
    update.disableRefLog();
    var result = update.update();
    if (result != RefUpdate.Result.NEW
        && result != RefUpdate.Result.FORCED
        && result != RefUpdate.Result.FAST_FORWARD
        && result != RefUpdate.Result.NO_CHANGE) {
      throw damaged("main cannot be written: " + result);
    }
  }

  /// Whether the commit, its files and its history can be read.
  private static boolean isWhole(Repository repository, ObjectId id) {
    try (var walk = GitRepository.walk(repository);
        var files = new TreeWalk(repository)) {
      var commit = walk.parseCommit(id);
      files.addTree(commit.getTree());
      files.setRecursive(true);
      while (files.next()) {
        if (files.getFileMode(0).getObjectType() == Constants.OBJ_BLOB) {
          files
              .getObjectReader()
              .open(files.getObjectId(0))
              .copyTo(OutputStream.nullOutputStream());
        }
      }
      walk.markStart(commit);
      for (int n = 0; n < MOST_PARENTS && walk.next() != null; n++) {
        // reading it is the check
      }
      return true;
    } catch (IOException | RuntimeException _) {
      return false;
    }
  }

  private IOException damaged(String what) {
    return new IOException(
        "%s: %s (expected: a bare Git repository with a branch main). It is left as it is. Move it away and put a copy in its place, such as: git clone --bare CLONE %s"
            .formatted(folder, what, folder));
  }
}

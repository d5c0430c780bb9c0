package dev.gori.git;

import dev.gori.base.run.Backoff;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/// The main branch of a Git repository: a bare one on this machine, or a mirror of one on a Git
/// server.
///
/// A commit is made on top of whatever the head is and put there by compare-and-swap; when somebody
/// else was quicker, it is made anew on the new head. Other programs (`git push`) use the same
/// locks, so both may write at any time.
public final class GitRepository implements AutoCloseable {

  static final String MAIN = "refs/heads/main";
  private static final Backoff RACES =
      new Backoff(Duration.ofMillis(2), Duration.ofMillis(100), 50);

  private final Repository repository;
  private final History history;
  private final @Nullable Remote remote;
  private final Person committer;
  private final Time time;
  private final OpenResources open;

  private GitRepository(
      Repository repository, @Nullable Remote remote, Person committer, Time time) {
    this.repository = repository;
    this.history = new History(repository);
    this.remote = remote;
    this.committer = committer;
    this.time = time;
    this.open = OpenResources.mark("git " + repository.getDirectory());
  }

  /// Opens the bare repository, or makes one whose first commit holds the files of the template
  /// folder. One that is there is never made anew, whatever is in it.
  ///
  /// @param committer named as the committer of every commit made through this
  /// @throws IOException when it is damaged, with what to do
  public static GitRepository openOrCreate(Path bare, Path template, Person committer, Time time)
      throws IOException {
    return Files.exists(bare, LinkOption.NOFOLLOW_LINKS)
        ? open(bare, List::of, committer, time, _ -> {})
        : create(bare, template, committer, time);
  }

  /// Opens a bare repository. Damage by which nothing is lost is put right: a main that is damaged
  /// is again the last of the recorded commits whose objects are whole.
  ///
  /// @param recorded what is known to have been main, the best first
  /// @param tell hears what was put right
  /// @throws IOException when it is damaged otherwise, with what to do
  public static GitRepository open(
      Path bare,
      Supplier<List<CommitId>> recorded,
      Person committer,
      Time time,
      Consumer<String> tell)
      throws IOException {
    var repository = new BareRepository(bare, time, tell).open(recorded);
    return new GitRepository(repository, null, committer, time);
  }

  /// Makes a bare repository whose first commit holds the files of the template folder. It is there
  /// as a whole or not at all.
  public static GitRepository create(Path bare, Path template, Person committer, Time time)
      throws IOException {
    var files = filesOf(template);
    var fresh =
        bare.resolveSibling(
            "%s.new-%d".formatted(bare.getFileName(), ProcessHandle.current().pid()));
    delete(fresh);
    var folder = new BareRepository(fresh, time, _ -> {});
    try (var git = new GitRepository(folder.create(), null, committer, time)) {
      git.commit(
          _ ->
              new CommitDraft(
                  committer, "The workspace that a new installation starts with", Map.of(), files),
          true);
    }
    Disk.local().rename(fresh, bare);
    Disk.local().syncDirectory(bare.toAbsolutePath().resolveSibling("."));
    return open(bare, List::of, committer, time, _ -> {});
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /// Opens a bare mirror of a remote repository. The remote is not asked: call {@link #fetch} for
  /// that.
  ///
  /// @param deadline how long one read or write on the wire may take
  /// @throws IOException when the mirror is there and damaged
  public static GitRepository mirror(
      URI remote, Path bare, Duration deadline, Person committer, Time time) throws IOException {
    var folder = new BareRepository(bare, time, _ -> {});
    var repository = Files.exists(bare) ? folder.openMirror() : folder.create();
    return new GitRepository(repository, new Remote(remote, deadline), committer, time);
  }

  /// Brings a mirror up to date; nothing happens for a repository without a remote.
  ///
  /// @throws FaultException BACKEND_DOWN when the remote cannot be reached
  public void fetch() {
    if (remote != null) {
      remote.fetch(repository);
    }
  }

  public boolean isMirror() {
    return remote != null;
  }

  /// The newest commit of main; empty when there is none yet.
  public Optional<CommitId> head() {
    try {
      return Optional.ofNullable(repository.exactRef(MAIN))
          .flatMap(ref -> Optional.ofNullable(ref.getObjectId()))
          .map(id -> new CommitId(id.name()));
    } catch (IOException e) {
      throw new UncheckedIOException("reading the head of " + repository.getDirectory(), e);
    }
  }

  /// @throws FaultException NOT_FOUND when the repository has no such commit
  public Commit commit(CommitId id) {
    return history.commit(id);
  }

  /// Commits from one backwards along first parents, newest first.
  public List<Commit> log(CommitId from, int most) {
    return history.log(from, most);
  }

  /// Commits of the main line that came after one, oldest first; at most the newest `most`. When
  /// the first is not in the line of the second (main was rewritten) it is the second alone.
  public List<Commit> after(CommitId seen, CommitId until, int most) {
    return history.after(seen, until, most);
  }

  /// The newest commit among the last `most` that carries the trailer.
  public Optional<Commit> withTrailer(CommitId from, String key, String value, int most) {
    return log(from, most).stream()
        .filter(commit -> value.equals(commit.trailers().get(key)))
        .findFirst();
  }

  public Tree tree(CommitId id) {
    return history.tree(id);
  }

  /// The paths that differ between two commits, in order.
  public List<String> changed(CommitId from, CommitId to) {
    return history.changed(from, to);
  }

  /// The paths that a commit changed against its first parent; for the first commit all of its
  /// files.
  public List<String> changedBy(CommitId id) {
    return history.changedBy(id);
  }

  /// What it takes to undo a commit on top of a tree. Only paths under the folder are undone; an
  /// empty folder means all.
  public RevertMerge undo(Tree head, CommitId id, String folder) {
    var parents = commit(id).parents();
    if (parents.isEmpty()) {
      return new RevertMerge.Conflict(changedBy(id));
    }
    var paths =
        changedBy(id).stream()
            .filter(path -> folder.isEmpty() || path.startsWith(folder + "/"))
            .toList();
    return ThreeWayMerge.undo(head, tree(id), tree(parents.getFirst()), paths);
  }

  /// Undoes a commit on top of main.
  public RevertResult revert(
      CommitId id, Person author, String message, Map<String, String> trailers) {
    var conflict = new RevertMerge[1];
    var written =
        commit(
            head -> {
              var undo = undo(head, id, "");
              conflict[0] = undo;
              var edits =
                  switch (undo) {
                    case RevertMerge.Clean clean -> clean.edits();
                    case RevertMerge.Conflict _ -> Map.<String, Optional<byte[]>>of();
                  };
              return new CommitDraft(author, message, trailers, edits);
            });
    return switch (written) {
      case CommitResult.Committed(var commit) -> new RevertResult.Done(commit);
      case CommitResult.Unchanged(var head)
          when conflict[0] instanceof RevertMerge.Conflict(var paths) ->
          new RevertResult.Conflicted(paths);
      case CommitResult.Unchanged(var head) -> new RevertResult.NothingLeft(head);
    };
  }

  /// Commits on top of main. The plan is asked again with the new head's files when somebody else
  /// was quicker.
  ///
  /// @throws FaultException BACKEND_DOWN when the remote of a mirror cannot be reached (nothing is
  ///   written then), CONFLICT when others were quicker fifty times in a row, BROKEN_INVARIANT when
  ///   main is not there
  public CommitResult commit(Function<Tree, CommitDraft> plan) {
    return commit(plan, false);
  }

  /// @param first whether it may be the first commit of all
  private CommitResult commit(Function<Tree, CommitDraft> plan, boolean first) {
    for (int lost = 0; lost < RACES.attempts(); lost++) {
      if (lost > 0) {
        LockSupport.parkNanos(RACES.delay(lost, RandomGenerator.getDefault()).toNanos());
      }
      fetch();
      var head = head();
      if (head.isEmpty() && !first) {
        throw new FaultException(
            Fault.BROKEN_INVARIANT,
            "%s: no branch main, nothing is committed (expected: refs/heads/main; restart the program, which repairs it or says what to do)"
                .formatted(repository.getDirectory()));
      }
      var parent = head.map(id -> ObjectId.fromString(id.value())).orElse(ObjectId.zeroId());
      var files = head.map(this::tree).orElse(new EmptyTree());
      try {
        var draft = plan.apply(files);
        var wanted = history.write(head, draft, ident(draft.author()), ident(committer));
        if (wanted.isEmpty()) {
          return new CommitResult.Unchanged(head.orElseThrow());
        }
        if (put(parent, wanted.get())) {
          return new CommitResult.Committed(commit(new CommitId(wanted.get().name())));
        }
      } catch (IOException e) {
        throw new UncheckedIOException("committing to " + repository.getDirectory(), e);
      }
    }
    throw new FaultException(
        Fault.CONFLICT,
        "main moved %d times while a commit was being made; try again%s"
            .formatted(RACES.attempts(), lockThere()));
  }

  private String lockThere() {
    var lock = repository.getDirectory().toPath().resolve(MAIN + ".lock");
    return Files.exists(lock)
        ? "; %s is there: delete it when no Git program works in the repository".formatted(lock)
        : "";
  }

  private boolean put(ObjectId expected, ObjectId wanted) throws IOException {
    if (remote != null && !remote.push(repository, expected, wanted)) {
      return false;
    }
    var update = repository.updateRef(MAIN);
    update.setExpectedOldObjectId(expected);
    update.setNewObjectId(wanted);
    update.disableRefLog();
    var result = update.update();
    return result == RefUpdate.Result.NEW
        || result == RefUpdate.Result.FAST_FORWARD
        || result == RefUpdate.Result.NO_CHANGE
        || remote != null;
  }

  private PersonIdent ident(Person person) {
    return new PersonIdent(person.name(), person.email(), time.now(), ZoneOffset.UTC);
  }

  private static Map<String, Optional<byte[]>> filesOf(Path template) throws IOException {
    var files = new LinkedHashMap<String, Optional<byte[]>>();
    try (var paths = Files.walk(template)) {
      for (var path : paths.filter(Files::isRegularFile).sorted().toList()) {
        files.put(
            template.relativize(path).toString().replace('\\', '/'),
            Optional.of(Files.readAllBytes(path)));
      }
    }
    if (files.isEmpty()) {
      throw new IOException(
          "template '%s': no files (expected: the workspace's first files)".formatted(template));
    }
    return files;
  }

  @Override
  public void close() {
    repository.close();
    open.closed();
  }

  static RevWalk walk(Repository repository) {
    var walk = new RevWalk(repository);
    walk.setFirstParent(true);
    return walk;
  }
}

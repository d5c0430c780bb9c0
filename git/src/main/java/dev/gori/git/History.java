package dev.gori.git;

import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEditor;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/// Commits and their differences, read and written as objects; the branch is moved by {@link
/// GitRepository}.
record History(Repository repository) {

  Commit commit(CommitId id) {
    try (var walk = GitRepository.walk(repository)) {
      return commit(walk.parseCommit(ObjectId.fromString(id.value())));
    } catch (MissingObjectException _) {
      throw FaultException.notFound("commit '%s': not in the repository".formatted(id));
    } catch (IOException e) {
      throw new UncheckedIOException("reading commit " + id, e);
    }
  }

  List<Commit> log(CommitId from, int most) {
    var commits = new ArrayList<Commit>();
    try (var walk = GitRepository.walk(repository)) {
      walk.markStart(walk.parseCommit(ObjectId.fromString(from.value())));
      for (var next = walk.next(); next != null && commits.size() < most; next = walk.next()) {
        commits.add(commit(next));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading the log from " + from, e);
    }
    return commits;
  }

  List<Commit> after(CommitId seen, CommitId until, int most) {
    var commits = new ArrayList<Commit>();
    for (var commit : log(until, most + 1)) {
      if (commit.id().equals(seen)) {
        return commits.reversed();
      }
      commits.add(commit);
    }
    boolean beyond = commits.size() > most && isAncestor(seen, until);
    return beyond ? commits.subList(0, most).reversed() : List.of(commits.getFirst());
  }

  private boolean isAncestor(CommitId one, CommitId other) {
    try (var walk = GitRepository.walk(repository)) {
      walk.setFirstParent(false);
      return walk.isMergedInto(
          walk.parseCommit(ObjectId.fromString(one.value())),
          walk.parseCommit(ObjectId.fromString(other.value())));
    } catch (MissingObjectException _) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("reading the history of " + other, e);
    }
  }

  Tree tree(CommitId id) {
    return new CommitTree(repository, treeOf(id));
  }

  List<String> changed(CommitId from, CommitId to) {
    return differing(Optional.of(treeOf(from)), treeOf(to));
  }

  List<String> changedBy(CommitId id) {
    var parents = commit(id).parents();
    return differing(parents.stream().findFirst().map(this::treeOf), treeOf(id));
  }

  private List<String> differing(Optional<ObjectId> from, ObjectId to) {
    var paths = new ArrayList<String>();
    try (var walk = new TreeWalk(repository)) {
      if (from.isPresent()) {
        walk.addTree(from.get());
      } else {
        walk.addTree(new EmptyTreeIterator());
      }
      walk.addTree(to);
      walk.setRecursive(true);
      walk.setFilter(TreeFilter.ANY_DIFF);
      while (walk.next()) {
        paths.add(walk.getPathString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("comparing commits", e);
    }
    return paths;
  }

  /// Writes the commit's objects.
  ///
  /// @return empty when the edits change nothing and there is a parent
  Optional<ObjectId> write(
      Optional<CommitId> parent, CommitDraft draft, PersonIdent author, PersonIdent committer)
      throws IOException {
    try (var inserter = repository.newObjectInserter()) {
      var before = parent.map(this::treeOf);
      var tree = edited(inserter, before, draft.edits());
      if (before.isPresent() && before.get().equals(tree)) {
        return Optional.empty();
      }
      var builder = new CommitBuilder();
      builder.setTreeId(tree);
      parent.ifPresent(id -> builder.setParentId(ObjectId.fromString(id.value())));
      builder.setAuthor(author);
      builder.setCommitter(committer);
      builder.setMessage(draft.text());
      var id = inserter.insert(builder);
      inserter.flush();
      return Optional.of(id);
    }
  }

  private ObjectId edited(
      ObjectInserter inserter, Optional<ObjectId> before, Map<String, Optional<byte[]>> edits)
      throws IOException {
    var index = DirCache.newInCore();
    if (before.isPresent()) {
      try (var reader = repository.newObjectReader()) {
        index = DirCache.read(reader, before.get());
      }
    }
    var editor = index.editor();
    for (var edit : edits.entrySet()) {
      if (edit.getValue().isEmpty()) {
        editor.add(new DirCacheEditor.DeletePath(edit.getKey()));
        continue;
      }
      var blob = inserter.insert(Constants.OBJ_BLOB, edit.getValue().get());
      editor.add(
          new DirCacheEditor.PathEdit(edit.getKey()) {
            @Override
            public void apply(DirCacheEntry entry) {
              if (!FileMode.EXECUTABLE_FILE.equals(entry.getRawMode())) {
                entry.setFileMode(FileMode.REGULAR_FILE);
              }
              entry.setObjectId(blob);
            }
          });
    }
    editor.finish();
    return index.writeTree(inserter);
  }

  private ObjectId treeOf(CommitId id) {
    try (var walk = GitRepository.walk(repository)) {
      return walk.parseCommit(ObjectId.fromString(id.value())).getTree().getId();
    } catch (MissingObjectException _) {
      throw FaultException.notFound("commit '%s': not in the repository".formatted(id));
    } catch (IOException e) {
      throw new UncheckedIOException("reading commit " + id, e);
    }
  }

  private static Commit commit(RevCommit commit) {
    var trailers = new LinkedHashMap<String, String>();
    commit.getFooterLines().forEach(line -> trailers.put(line.getKey(), line.getValue()));
    var author = commit.getAuthorIdent();
    return new Commit(
        new CommitId(commit.name()),
        Stream.of(commit.getParents()).map(parent -> new CommitId(parent.name())).toList(),
        new Person(
            author.getName().isBlank() ? "unknown" : author.getName(), author.getEmailAddress()),
        commit.getCommitterIdent().getWhenAsInstant(),
        commit.getFullMessage(),
        trailers);
  }
}

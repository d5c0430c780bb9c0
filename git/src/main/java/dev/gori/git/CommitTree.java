package dev.gori.git;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilter;

/// The files below one tree object. Symbolic links and submodules are not files; {@link #unusable}
/// names them.
record CommitTree(Repository repository, ObjectId tree) implements Tree {

  private static final int MOST_FILES = 5_000;
  private static final Bytes LARGEST_FILE = Bytes.mebi(8);
  private static final Bytes LARGEST_SUM = Bytes.mebi(64);

  @Override
  public Optional<byte[]> file(String path) {
    try (var reader = repository.newObjectReader();
        var walk = TreeWalk.forPath(reader, path, tree)) {
      return walk == null || !isFile(walk.getFileMode(0))
          ? Optional.empty()
          : Optional.of(read(reader, path, walk.getObjectId(0)));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + path + " from Git", e);
    }
  }

  @Override
  public List<String> paths(String folder) {
    var paths = new ArrayList<String>();
    each(
        folder,
        (walk, _) -> {
          if (isFile(walk.getFileMode(0))) {
            paths.add(walk.getPathString());
          }
        });
    return paths;
  }

  @Override
  public List<String> unusable(String folder) {
    var found = new ArrayList<String>();
    var names = new PathChecker(found::add);
    var sums = new long[2];
    each(
        folder,
        (walk, reader) -> {
          var path = walk.getPathString();
          names.check(path, walk.getRawPath());
          if (!isFile(walk.getFileMode(0))) {
            found.add("%s: %s (expected: a file)".formatted(path, kind(walk)));
            return;
          }
          var size = reader.getObjectSize(walk.getObjectId(0), Constants.OBJ_BLOB);
          sums[0]++;
          sums[1] += size;
          if (size > LARGEST_FILE.count()) {
            found.add(tooLargeFile(path, size));
          }
        });
    if (sums[0] > MOST_FILES || sums[1] > LARGEST_SUM.count()) {
      found.add(
          "%s: %d files, %s together (expected: up to %d files and %s)"
              .formatted(folder, sums[0], new Bytes(sums[1]), MOST_FILES, LARGEST_SUM));
    }
    return found;
  }

  private static String kind(TreeWalk walk) {
    var mode = walk.getFileMode(0);
    return mode.equals(FileMode.SYMLINK)
        ? "a symbolic link"
        : mode.equals(FileMode.GITLINK)
            ? "a submodule"
            : "an entry of mode " + Integer.toOctalString(walk.getRawMode(0));
  }

  @FunctionalInterface
  private interface Visit {
    void visit(TreeWalk walk, ObjectReader reader) throws IOException;
  }

  private void each(String folder, Visit visit) {
    try (var reader = repository.newObjectReader();
        var walk = new TreeWalk(reader)) {
      walk.addTree(tree);
      walk.setRecursive(true);
      if (!folder.isEmpty()) {
        walk.setFilter(PathFilter.create(folder));
      }
      while (walk.next()) {
        visit.visit(walk, reader);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + folder + " from Git", e);
    }
  }

  @Override
  public Map<String, byte[]> under(String folder) {
    var files = new LinkedHashMap<String, byte[]>();
    var sum = new long[1];
    each(
        folder,
        (walk, reader) -> {
          if (!isFile(walk.getFileMode(0))) {
            return;
          }
          var content = read(reader, walk.getPathString(), walk.getObjectId(0));
          sum[0] += content.length;
          files.put(walk.getPathString(), content);
          if (files.size() > MOST_FILES || sum[0] > LARGEST_SUM.count()) {
            throw tooLarge(
                "the files under '%s' (expected: up to %d files and %s together)"
                    .formatted(folder, MOST_FILES, LARGEST_SUM));
          }
        });
    return files;
  }

  private static byte[] read(ObjectReader reader, String path, ObjectId blob) throws IOException {
    var loader = reader.open(blob);
    if (loader.getSize() > LARGEST_FILE.count()) {
      throw tooLarge(tooLargeFile(path, loader.getSize()));
    }
    return loader.getBytes();
  }

  private static String tooLargeFile(String path, long size) {
    return "%s: %d bytes (expected: up to %d in the workspace; large data belongs into the store)"
        .formatted(path, size, LARGEST_FILE.count());
  }

  private static boolean isFile(FileMode mode) {
    return mode.equals(FileMode.REGULAR_FILE) || mode.equals(FileMode.EXECUTABLE_FILE);
  }

  private static FaultException tooLarge(String message) {
    return new FaultException(Fault.TOO_LARGE, message);
  }
}

package dev.gori.machinery.git;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.PathFilter;

/// The files below one tree object. Symbolic links and submodules are not files and are passed
/// over.
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
    public Map<String, byte[]> under(String folder) {
        var files = new LinkedHashMap<String, byte[]>();
        long sum = 0;
        try (var reader = repository.newObjectReader();
                var walk = new TreeWalk(reader)) {
            walk.addTree(tree);
            walk.setRecursive(true);
            if (!folder.isEmpty()) {
                walk.setFilter(PathFilter.create(folder));
            }
            while (walk.next()) {
                if (!isFile(walk.getFileMode(0))) {
                    continue;
                }
                var content = read(reader, walk.getPathString(), walk.getObjectId(0));
                sum += content.length;
                files.put(walk.getPathString(), content);
                if (files.size() > MOST_FILES || sum > LARGEST_SUM.count()) {
                    throw tooLarge(
                            "the files under '%s' (expected: up to %d files and %s together)"
                                    .formatted(folder, MOST_FILES, LARGEST_SUM));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + folder + " from Git", e);
        }
        return files;
    }

    private static byte[] read(ObjectReader reader, String path, ObjectId blob) throws IOException {
        var loader = reader.open(blob);
        if (loader.getSize() > LARGEST_FILE.count()) {
            throw tooLarge(
                    "%s: %s (expected: up to %s in the workspace; large data belongs into the store)"
                            .formatted(path, new Bytes(loader.getSize()), LARGEST_FILE));
        }
        return loader.getBytes();
    }

    private static boolean isFile(FileMode mode) {
        return mode.equals(FileMode.REGULAR_FILE) || mode.equals(FileMode.EXECUTABLE_FILE);
    }

    private static FaultException tooLarge(String message) {
        return new FaultException(Fault.TOO_LARGE, message);
    }
}

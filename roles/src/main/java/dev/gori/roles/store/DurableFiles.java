package dev.gori.roles.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.regex.Pattern;

/// What the store has to do to the files below the S3 library for an acknowledged object to survive
/// a power cut.
final class DurableFiles {

    /*
     * How the library writes
     * ----------------------
     * The bytes of a put go to a temporary file beside the object, named after it with a random
     * UUID; then come the extended attributes (the MD5 among them); then the file is renamed over
     * the object, or linked when there must be none yet. Nothing is synced. A temporary file that
     * was left by a killed process has its UUID and mostly no MD5: that tells it from an object.
     */
    private static final Pattern UUID_AT_END =
            Pattern.compile(
                    ".*[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
                    Pattern.DOTALL);
    private static final String MD5 = "content-md5";

    private DurableFiles() {}

    static void sync(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /// Syncs the folder of a file and those above it, up to the root, since any of them may be new.
    static void syncFolders(Path file, Path root) throws IOException {
        for (var folder = file.getParent();
                folder != null && folder.startsWith(root);
                folder = folder.getParent()) {
            sync(folder);
        }
    }

    /// Syncs the temporary files that are being written for an object.
    static void syncTemporary(Path object) throws IOException {
        var folder = object.getParent();
        var name = String.valueOf(object.getFileName());
        DirectoryStream.Filter<Path> ofThisObject =
                path -> {
                    var other = String.valueOf(path.getFileName());
                    return other.length() == name.length() + 36 && other.startsWith(name);
                };
        try (var files = Files.newDirectoryStream(folder, ofThisObject)) {
            for (var file : files) {
                syncIfThere(file);
            }
        }
    }

    private static void syncIfThere(Path file) throws IOException {
        try {
            sync(file);
        } catch (NoSuchFileException _) {
            // Another put of the same object has just renamed its own.
        }
    }

    /// Whether a name is one that the library gives to temporary files.
    static boolean looksTemporary(String name) {
        return UUID_AT_END.matcher(name).matches();
    }

    /// Deletes the temporary files that a killed process left behind; gives how many.
    static int sweep(Path root) throws IOException {
        int swept = 0;
        try (var files = Files.walk(root)) {
            for (var file : (Iterable<Path>) files::iterator) {
                if (looksTemporary(String.valueOf(file.getFileName()))
                        && Files.isRegularFile(file)
                        && !hasMd5(file)) {
                    Files.deleteIfExists(file);
                    swept++;
                }
            }
        }
        return swept;
    }

    private static boolean hasMd5(Path file) throws IOException {
        var view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        return view == null || view.list().contains(MD5);
    }
}

package dev.gori.app;

import dev.gori.kernel.disk.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// The version of the data folder's layout: the first line of its file `version`, `gori data N`.
/// The second line names the program that wrote the file.
///
/// The program checks it before it opens anything in the folder. A folder without the file is empty
/// or older than the version file. Each store also has its own version.
final class DataVersion {

  static final String FILE = "version";

  private static final int CURRENT = 1;
  private static final Pattern FIRST_LINE = Pattern.compile("gori data (\\d{1,9})");

  private DataVersion() {}

  /// Writes the version into a folder that has none.
  ///
  /// @throws IOException when a later program wrote the folder or the file is invalid; the folder
  ///   is then unchanged
  static void check(Path folder) throws IOException {
    var file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      write(file);
      return;
    }
    var lines = Files.readString(file).lines().toList();
    var first = FIRST_LINE.matcher(lines.isEmpty() ? "" : lines.getFirst());
    if (!first.matches()) {
      throw new IOException(
          "%s: '%s' (expected: 'gori data N'); restore it from a backup, or write the line 'gori data %d' when the program that ran from the folder last was this one"
              .formatted(file, lines.isEmpty() ? "" : lines.getFirst(), CURRENT));
    }
    int version = Integer.parseInt(first.group(1));
    if (version > CURRENT) {
      throw new IOException(
          "%s: data version %d%s (expected: at most %d, which this program knows); start the program that wrote it, or restore a backup of before the upgrade into another folder and name that with --data"
              .formatted(file, version, lines.size() > 1 ? ", " + lines.get(1) : "", CURRENT));
    }
  }

  private static void write(Path file) throws IOException {
    var text = "gori data %d\nwritten by gori %s\n".formatted(CURRENT, program());
    try {
      Disk.local().writeWhole(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      if (!Files.exists(file)) { // else another part of the platform has just written it
        throw e;
      }
    }
  }

  private static String program() {
    var version = DataVersion.class.getPackage().getImplementationVersion();
    return version == null ? "(built from sources)" : version;
  }
}

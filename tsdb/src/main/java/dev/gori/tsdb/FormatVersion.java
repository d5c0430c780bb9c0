package dev.gori.tsdb;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The format version of a store's folder, in the file `version`. A folder of another version is
/// never written to.
final class FormatVersion {

  private static final String NAME = "version";
  private static final String TEXT = "gori tsdb 3\n";

  private FormatVersion() {}

  /// Checks the version, and writes it into a new folder.
  ///
  /// @throws FaultException CONFLICT if the folder has another version
  static void check(Disk disk, Path folder) throws IOException {
    var file = folder.resolve(NAME);
    if (disk.exists(file)) {
      var text = new String(disk.readWhole(file), StandardCharsets.UTF_8);
      if (!text.equals(TEXT)) {
        throw wrongVersion(folder, "'%s'".formatted(text.strip()));
      }
    } else if (disk.list(folder.resolve("blocks")).isEmpty()
        && disk.list(folder.resolve("journal")).isEmpty()) {
      write(disk, folder);
    } else {
      throw wrongVersion(folder, "none, as of a version before the first release");
    }
  }

  static void write(Disk disk, Path folder) throws IOException {
    disk.writeWhole(folder.resolve(NAME), TEXT.getBytes(StandardCharsets.UTF_8));
  }

  private static FaultException wrongVersion(Path folder, String found) {
    return new FaultException(
        Fault.CONFLICT,
        "%s: version %s (expected: '%s'); it was not changed. Move it away to start with an empty store, or run the program version that wrote it to keep its samples"
            .formatted(folder, found, TEXT.strip()));
  }
}

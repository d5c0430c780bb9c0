package dev.gori.app.verbs;

import dev.gori.app.Platform;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.time.WallTime;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Starts and stops a platform in a temporary folder, so that the JVM records the classes that a
/// start loads.
@Command(
    name = "rehearse",
    hidden = true,
    description = "Start and stop once; the launcher records what a start needs.")
final class RehearseVerb implements Callable<Integer> {

  @Mixin CommonOptions common = new CommonOptions();

  @Override
  public Integer call() throws IOException {
    var folder = Files.createTempDirectory("gori-rehearsal");
    try (var time = new WallTime();
        var platform =
            Platform.start(
                Platform.Options.all(folder, CommonOptions.home().resolve("workspace"), 0), time)) {
      return platform.notReady().isEmpty() ? 0 : Gori.NOT_DONE;
    } finally {
      Disk.local().delete(folder);
    }
  }
}

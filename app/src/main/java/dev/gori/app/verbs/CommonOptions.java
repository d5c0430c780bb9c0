package dev.gori.app.verbs;

import dev.gori.app.running.Running;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The options that every verb takes.
final class CommonOptions {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The data folder (default: ${DEFAULT-VALUE}).",
      defaultValue = "./gori-data")
  Path data = Path.of("./gori-data");

  @Option(
      names = "--port-base",
      paramLabel = "N",
      description = "First port: console N, dev N+10, prod N+20 (default: ${DEFAULT-VALUE}).",
      defaultValue = "7000")
  int portBase = 7000;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /// The platform that runs from the data folder, found by its `addresses.json`.
  Running running() throws IOException {
    return Running.from(data);
  }

  /// The source folder, from the system property `gori.home` that the launcher sets; it has the
  /// workspace template.
  static Path home() {
    return Path.of(System.getProperty("gori.home", "."));
  }
}

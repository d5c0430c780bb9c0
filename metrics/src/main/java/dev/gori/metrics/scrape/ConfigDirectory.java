package dev.gori.metrics.scrape;

import dev.gori.base.conf.ConfinedDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The folder of a scrape configuration, and what the configuration may use.
///
/// @param folder base of relative file names
/// @param closed whether all files must be in the folder
/// @param files reads `scrape_config_files`
/// @param reservedJobs job names that the configuration must not use
/// @param variables for `external_labels`
public record ConfigDirectory(
    Path folder,
    boolean closed,
    FileGlob files,
    Set<String> reservedJobs,
    EnvironmentVariables variables) {

  public ConfigDirectory {
    reservedJobs = Set.copyOf(reservedJobs);
  }

  /// Reads the files that match a pattern.
  @FunctionalInterface
  public interface FileGlob {
    /// @param pattern a path with `*` in its last component only, relative to the folder or
    ///   absolute
    /// @return file contents by path, sorted; the paths are relative if the pattern is
    /// @throws IOException if a matching file cannot be read
    Map<String, String> matching(String pattern) throws IOException;
  }

  /// A folder whose configuration may use any file and any environment variable.
  public static ConfigDirectory open(Path folder) {
    return of(folder, false, EnvironmentVariables.all(System.getenv()));
  }

  /// The folder of an environment. The configuration may use only files in it, and only the
  /// environment variables of that environment.
  public static ConfigDirectory closed(Path folder, String environment) {
    return of(folder, true, EnvironmentVariables.of(environment, System.getenv()));
  }

  private static ConfigDirectory of(Path folder, boolean closed, EnvironmentVariables variables) {
    return new ConfigDirectory(
        folder, closed, pattern -> FilePattern.any(pattern).texts(folder), Set.of(), variables);
  }

  /// The same, with files that are not on disk yet.
  public ConfigDirectory withFiles(FileGlob others) {
    return new ConfigDirectory(folder, closed, others, reservedJobs, variables);
  }

  /// The same, with reserved job names.
  public ConfigDirectory reserving(Set<String> jobs) {
    return new ConfigDirectory(folder, closed, files, jobs, variables);
  }

  /// Whether the configuration may use a file.
  boolean allows(Path file) {
    return bounds().map(bounds -> bounds.contains(file)).orElse(true);
  }

  /// The folder that all files must be in; empty if any file may be used.
  Optional<ConfinedDirectory> bounds() {
    return closed
        ? Optional.of(new ConfinedDirectory(folder, folder.resolveSibling(".").normalize()))
        : Optional.empty();
  }
}

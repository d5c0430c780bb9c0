package dev.gori.metrics.scrape;

import dev.gori.base.conf.ClosedFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where a scrape configuration lies, and what it may use there.
///
/// @param folder that relative names in the configuration start from
/// @param closed whether the files that the configuration names must lie in the folder
/// @param files reads what `scrape_config_files` names
/// @param taken names of jobs that are not the configuration's to use
/// @param variables for `external_labels`
public record ConfigDirectory(
    Path folder, boolean closed, FileGlob files, Set<String> reservedJobs, EnvironmentVariables variables) {

  public ConfigDirectory {
    reservedJobs = Set.copyOf(reservedJobs);
  }

  /// Reads files by a pattern.
  @FunctionalInterface
  public interface FileGlob {
    /// @param pattern a path with `*` in its last part alone, relative to the folder or whole
    /// @return texts by path, which is relative when the pattern is, in the paths' order
    /// @throws IOException when one that matches cannot be read
    Map<String, String> matching(String pattern) throws IOException;
  }

  /// A folder on disk, from which names may lead anywhere, and all variables of the process.
  public static ConfigDirectory open(Path folder) {
    return of(folder, false, EnvironmentVariables.all(System.getenv()));
  }

  /// An environment's folder on disk that names in the configuration cannot leave, and the
  /// variables of the process that are the environment's.
  public static ConfigDirectory closed(Path folder, String environment) {
    return of(folder, true, EnvironmentVariables.of(environment, System.getenv()));
  }

  private static ConfigDirectory of(Path folder, boolean closed, EnvironmentVariables variables) {
    return new ConfigDirectory(
        folder, closed, pattern -> FilePattern.any(pattern).texts(folder), Set.of(), variables);
  }

  /// The same with files that are not on disk yet.
  public ConfigDirectory withFiles(FileGlob others) {
    return new ConfigDirectory(folder, closed, others, reservedJobs, variables);
  }

  /// The same without some names for jobs.
  public ConfigDirectory reserving(Set<String> jobs) {
    return new ConfigDirectory(folder, closed, files, jobs, variables);
  }

  /// Whether the configuration may use a file.
  boolean allows(Path file) {
    return bounds().map(bounds -> bounds.holds(file)).orElse(true);
  }

  /// What names in the configuration cannot leave; empty when they may lead anywhere.
  Optional<ClosedFolder> bounds() {
    return closed
        ? Optional.of(new ClosedFolder(folder, folder.resolveSibling(".").normalize()))
        : Optional.empty();
  }
}

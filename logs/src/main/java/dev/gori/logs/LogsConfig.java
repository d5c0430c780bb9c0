package dev.gori.logs;

import dev.gori.kernel.id.EnvironmentName;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Addresses, folders and rule files of the role.
///
/// @param loki base URL that the shipper pushes to, without `/loki/api/v1`: this role's own, or
///   Loki's
/// @param alertmanager base URL of the Alertmanager, without `/api/v2`
/// @param token bearer token for both; null when they require none
/// @param logFiles the folder of the platform's log files of this environment
/// @param rules rule files of the workspace
public record LogsConfig(
    EnvironmentName environment,
    URI loki,
    URI alertmanager,
    @Nullable String token,
    Path logFiles,
    List<TextFile> rules) {

  public LogsConfig {
    rules = List.copyOf(rules);
  }

  /// A file and its name in error messages.
  public record TextFile(String name, String text) {}

  @Override
  public String toString() {
    return "LogsConfig[environment=" + environment + ", rules=" + rules.size() + "]";
  }
}

package dev.gori.logs;

import dev.gori.kernel.id.EnvironmentName;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the role is given from outside.
///
/// @param loki where the shipper pushes to, without `/loki/api/v1`: this role's own address, or a
///   real Loki's
/// @param alertmanager where alerts are sent, without `/api/v2`
/// @param token for both; null where none is asked for
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

  /// A file by the name that messages call it.
  public record TextFile(String name, String text) {}

  @Override
  public String toString() {
    return "LogsConfig[environment=" + environment + ", rules=" + rules.size() + "]";
  }
}

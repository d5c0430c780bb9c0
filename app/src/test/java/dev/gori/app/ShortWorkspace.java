package dev.gori.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// The project's workspace template with an `environment.yaml` that makes a rollout take seconds.
final class ShortWorkspace {

  /// Sections of servers from outside are added by name.
  private static final Map<String, String> SHORT =
      Map.of(
          "metrics", "{scrape_interval: 1s, evaluation_interval: 5s}",
          "delivery",
              "{poll: 300ms, window: 5s, settle: 2s, interval: 1s, least_good: 3, alert_for: 5s, p95: 10s}");

  private ShortWorkspace() {}

  /// @param target does not exist yet
  /// @param sections of `environment.yaml`, by environment and role, as flow mappings; they replace
  ///   those of the short one
  static Path in(Path target, Map<String, Map<String, String>> sections) throws IOException {
    copy(home().resolve("workspace"), Files.createDirectories(target));
    for (var name : List.of("dev", "prod")) {
      shorten(target.resolve("environments").resolve(name), sections.getOrDefault(name, Map.of()));
    }
    return target;
  }

  /// The folder of the sources: the launcher names it, and a test runs in the module's folder.
  static Path home() {
    return Path.of(System.getProperty("gori.home", ".."));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        var target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void shorten(Path environment, Map<String, String> sections) throws IOException {
    var all = new TreeMap<>(SHORT);
    all.putAll(sections);
    var yaml = new StringBuilder("time_zone: Asia/Seoul\n");
    all.forEach((role, keys) -> yaml.append(role).append(": ").append(keys).append('\n'));
    Files.writeString(environment.resolve("environment.yaml"), yaml);
    edit(
        environment.resolve("pipelines/daily_user_events.yaml"),
        text ->
            text.replace("poke_interval: 1s", "poke_interval: 300ms")
                .replace("retry_delay: 10s", "retry_delay: 300ms"));
    edit(
        environment.resolve("alertmanager.yaml"),
        text ->
            text.replace("group_wait: 5s", "group_wait: 1s")
                .replace("group_interval: 15s", "group_interval: 3s"));
  }

  static void edit(Path file, UnaryOperator<String> change) throws IOException {
    Files.writeString(file, change.apply(Files.readString(file)));
  }
}

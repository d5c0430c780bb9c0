package dev.gori.delivery.desired;

import dev.gori.git.CommitId;
import dev.gori.git.Tree;
import dev.gori.kernel.id.EnvironmentName;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The files of one environment at one commit. Paths are relative to the environment's folder, such
/// as `rules/metrics/serving.yaml`.
public record DesiredFiles(
    EnvironmentName environment, CommitId commit, Map<String, byte[]> files) {

  public DesiredFiles {
    files = new LinkedHashMap<>(files);
  }

  /// @param whole file contents by path, relative to the repository
  public static DesiredFiles of(
      EnvironmentName environment, CommitId commit, Map<String, byte[]> whole) {
    var prefix = folder(environment) + "/";
    var files = new LinkedHashMap<String, byte[]>();
    whole.forEach(
        (path, content) -> {
          if (path.startsWith(prefix)) {
            files.put(path.substring(prefix.length()), content);
          }
        });
    return new DesiredFiles(environment, commit, files);
  }

  /// Such as `environments/dev`.
  public static String folder(EnvironmentName environment) {
    return "environments/" + environment;
  }

  /// Whether the path ends with `.yaml` or `.yml`.
  public static boolean isYaml(String path) {
    return path.endsWith(".yaml") || path.endsWith(".yml");
  }

  /// The path of a YAML file in a tree, where `.yaml` and `.yml` mean the same file.
  ///
  /// @param name the path in the environment's folder, such as `serving.yaml`
  /// @return the path with the given extension if that file exists or neither does, else the other
  ///   path
  public static String path(EnvironmentName environment, String name, Tree tree) {
    var path = folder(environment) + "/" + name;
    return tree.file(path).isEmpty() && tree.file(otherSpelling(path)).isPresent()
        ? otherSpelling(path)
        : path;
  }

  /// `x.yml` for `x.yaml` and `x.yaml` for `x.yml`; any other path unchanged.
  public static String otherSpelling(String path) {
    return path.endsWith(".yaml")
        ? path.substring(0, path.length() - ".yaml".length()) + ".yml"
        : path.endsWith(".yml")
            ? path.substring(0, path.length() - ".yml".length()) + ".yaml"
            : path;
  }

  /// The path of the file that exists, `.yaml` or `.yml`; the given path if neither does.
  public String name(String path) {
    return !files.containsKey(path) && files.containsKey(otherSpelling(path))
        ? otherSpelling(path)
        : path;
  }

  /// @param path with either extension of a YAML file
  public Optional<String> text(String path) {
    return Optional.ofNullable(files.get(name(path)))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /// The files whose path has the prefix, such as `pipelines/`.
  public Map<String, byte[]> under(String prefix) {
    var found = new LinkedHashMap<String, byte[]>();
    files.forEach(
        (path, content) -> {
          if (path.startsWith(prefix)) {
            found.put(path, content);
          }
        });
    return found;
  }
}

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

  /// @param whole paths in the repository, as a commit's tree gives them
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

  /// `environments/dev`.
  public static String folder(EnvironmentName environment) {
    return "environments/" + environment;
  }

  /// Whether a file is YAML, in either spelling of the ending.
  public static boolean isYaml(String path) {
    return path.endsWith(".yaml") || path.endsWith(".yml");
  }

  /// The path under which a YAML file is in a tree: both spellings of the ending mean the same
  /// file.
  ///
  /// @param name in the environment's folder, such as `serving.yaml`
  /// @return with the given ending when it is there so, or not at all
  public static String path(EnvironmentName environment, String name, Tree tree) {
    var path = folder(environment) + "/" + name;
    return tree.file(path).isEmpty() && tree.file(otherSpelling(path)).isPresent()
        ? otherSpelling(path)
        : path;
  }

  /// `x.yml` for `x.yaml`, and the other way round; the same for any other ending.
  public static String otherSpelling(String path) {
    return path.endsWith(".yaml")
        ? path.substring(0, path.length() - ".yaml".length()) + ".yml"
        : path.endsWith(".yml")
            ? path.substring(0, path.length() - ".yml".length()) + ".yaml"
            : path;
  }

  /// The name under which a file is there, in either spelling of a YAML file's ending.
  public String name(String path) {
    return !files.containsKey(path) && files.containsKey(otherSpelling(path))
        ? otherSpelling(path)
        : path;
  }

  /// @param path in either spelling of a YAML file's ending
  public Optional<String> text(String path) {
    return Optional.ofNullable(files.get(name(path)))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /// The files whose path begins so, such as `pipelines/`.
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

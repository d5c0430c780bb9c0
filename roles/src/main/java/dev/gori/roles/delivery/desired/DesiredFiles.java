package dev.gori.roles.delivery.desired;

import dev.gori.kernel.id.EnvironmentName;
import dev.gori.machinery.git.CommitId;
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

    public Optional<String> text(String path) {
        return Optional.ofNullable(files.get(path))
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

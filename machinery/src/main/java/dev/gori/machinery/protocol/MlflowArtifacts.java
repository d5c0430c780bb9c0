package dev.gori.machinery.protocol;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.machinery.protocol.Mlflow.Artifact;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Reads and writes artifacts through the server's `mlflow-artifacts` proxy, so that the caller needs no key to the store behind it.
///
/// Uploads stream from the file; downloads stream into a `.part` file that is renamed at its end.
final class MlflowArtifacts {

    private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts";

    private final MlflowCalls calls;

    MlflowArtifacts(MlflowCalls calls) {
        this.calls = calls;
    }

    void upload(String root, String path, byte[] bytes) {
        put(root, path, BodyPublishers.ofByteArray(bytes));
    }

    void upload(String root, String path, Path file) {
        try {
            put(root, path, BodyPublishers.ofFile(file));
        } catch (FileNotFoundException e) {
            throw new FaultException(Fault.BAD_REQUEST, "artifact %s: no file '%s' to upload".formatted(path, file), e);
        }
    }

    private void put(String root, String path, BodyPublisher body) {
        var request = calls.request(PROXY + "/" + encoded(join(proxyPath(root), path)))
                .header("Content-Type", "application/octet-stream")
                .PUT(body)
                .build();
        var answer = calls.exchange(request, BodyHandlers.ofByteArray());
        if (answer.statusCode() / 100 != 2) {
            calls.refused(request, answer.statusCode(), answer.body());
        }
    }

    List<Artifact> list(String root, String path) {
        var query = MlflowCalls.encoded(Map.of("path", join(proxyPath(root), path)));
        var answer = calls.json(calls.request(PROXY + query).GET().build());
        return answer.path("files").valueStream()
                .map(MlflowJson::artifact)
                .map(entry -> new Artifact(join(path, entry.path()), entry.folder(), entry.size()))
                .toList();
    }

    /// Copies one artifact to a file.
    void file(String root, String path, Path target) {
        var request = calls.request(PROXY + "/" + encoded(join(proxyPath(root), path))).GET().build();
        var answer = calls.exchange(request, BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200) {
                calls.refused(request, answer.statusCode(), body.readNBytes(64 * 1024));
            }
            var part = target.resolveSibling(target.getFileName() + ".part");
            Files.copy(body, part, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new FaultException(Fault.BACKEND_DOWN, "artifact %s: broke off: %s".formatted(path, e.getMessage()), e);
        }
    }

    /// Copies a folder with all that is below it; gives the number of files.
    int folder(String root, String path, Path target) {
        int files = 0;
        for (var entry : list(root, path)) {
            var name = entry.path().substring(entry.path().lastIndexOf('/') + 1);
            var local = safe(target, name);
            if (entry.folder()) {
                files += folder(root, entry.path(), local);
            } else {
                makeFolder(target);
                file(root, entry.path(), local);
                files++;
            }
        }
        return files;
    }

    /// A server must not be able to write outside the folder it was asked to fill.
    private static Path safe(Path folder, String name) {
        var local = folder.resolve(name).normalize();
        if (name.isEmpty() || !local.startsWith(folder.normalize()) || local.equals(folder.normalize())) {
            throw new FaultException(Fault.BACKEND_DOWN, "artifact '%s': its name leads out of the folder".formatted(name));
        }
        return local;
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FaultException(Fault.BROKEN_INVARIANT, "folder '%s' cannot be made: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /// `mlflow-artifacts:/1/abc/artifacts` and `mlflow-artifacts://host/1/abc/artifacts` → `1/abc/artifacts`.
    private static String proxyPath(String root) {
        if (!root.startsWith("mlflow-artifacts:")) {
            throw new FaultException(
                    Fault.BAD_REQUEST,
                    "artifacts at '%s' (expected: mlflow-artifacts:/…); start the MLflow server with --serve-artifacts".formatted(root));
        }
        return URI.create(root.replace(" ", "%20")).getPath().replaceAll("^/+", "").replaceAll("/+$", "");
    }

    static String join(String folder, String path) {
        return folder.isEmpty() ? path : path.isEmpty() ? folder : folder + "/" + path;
    }

    private static String encoded(String path) {
        return Arrays.stream(path.split("/"))
                .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
                .collect(Collectors.joining("/"));
    }
}

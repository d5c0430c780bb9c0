package dev.gori.clients;

import dev.gori.clients.Mlflow.Artifact;
import dev.gori.clients.s3.AtomicDownload;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Reads and writes artifacts where their URI says: behind the server's proxy, or in the S3 store.
///
/// Uploads stream from the file; downloads stream into a `.part` file that is renamed at its end.
final class MlflowArtifacts {

  private final ArtifactStore proxied;
  private final Optional<ArtifactStore> stored;

  /// @param stored absent when there are no keys to a store
  MlflowArtifacts(ArtifactStore proxied, Optional<ArtifactStore> stored) {
    this.proxied = proxied;
    this.stored = stored;
  }

  void upload(String root, String path, byte[] bytes) {
    place(root).put(join(root, path), bytes);
  }

  void upload(String root, String path, Path file) {
    place(root).put(join(root, path), file);
  }

  /// The entries of a folder, with paths that begin with its own.
  List<Artifact> list(String root, String path) {
    return place(root).list(join(root, path)).stream()
        .map(entry -> new Artifact(join(path, entry.path()), entry.folder(), entry.size()))
        .toList();
  }

  /// Copies one artifact to a file.
  void file(String root, String path, Path target) {
    try (var body = place(root).open(join(root, path))) {
      AtomicDownload.write(body, target);
    } catch (IOException e) {
      throw new FaultException(
          Fault.BACKEND_DOWN, "artifact %s: broke off: %s".formatted(path, e.getMessage()), e);
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

  private ArtifactStore place(String root) {
    if (root.startsWith(ProxiedArtifacts.SCHEME)) {
      return proxied;
    }
    if (!root.startsWith(S3Artifacts.SCHEME)) {
      throw FaultException.badRequest(
          "artifacts at '%s' (expected: mlflow-artifacts:/… or s3://…); start the MLflow server with --serve-artifacts"
              .formatted(root));
    }
    return stored.orElseThrow(
        () ->
            FaultException.badRequest(
                "artifacts at '%s', and no keys to that store (expected: mlflow-artifacts:/…); start the MLflow server with --serve-artifacts"
                    .formatted(root)));
  }

  /// A server must not be able to write outside the folder it was asked to fill.
  private static Path safe(Path folder, String name) {
    var local = folder.resolve(name).normalize();
    if (name.isEmpty()
        || !local.startsWith(folder.normalize())
        || local.equals(folder.normalize())) {
      throw new FaultException(
          Fault.BACKEND_DOWN, "artifact '%s': its name leads out of the folder".formatted(name));
    }
    return local;
  }

  private static void makeFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new FaultException(
          Fault.BROKEN_INVARIANT,
          "folder '%s' cannot be made: %s".formatted(folder, e.getMessage()),
          e);
    }
  }

  static String join(String folder, String path) {
    return folder.isEmpty() ? path : path.isEmpty() ? folder : folder + "/" + path;
  }
}

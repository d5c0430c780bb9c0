package dev.gori.clients;

import dev.gori.clients.Mlflow.Artifact;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/// One way to the bytes of artifacts. A location is a whole URI, such as
/// `mlflow-artifacts:/1/abc/artifacts/model`.
interface ArtifactStore {

  void put(String location, byte[] bytes);

  /// Memory does not grow with the file.
  void put(String location, Path file);

  /// The entries of a folder, by name; none for a folder that is not there.
  List<Artifact> list(String location);

  /// Opens an artifact for reading; the caller closes it.
  InputStream open(String location);
}

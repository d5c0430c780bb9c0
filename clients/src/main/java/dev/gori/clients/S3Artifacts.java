package dev.gori.clients;

import dev.gori.clients.Mlflow.Artifact;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.kernel.fault.FaultException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Artifacts that lie in an S3 store without a proxy before it, as a server with
/// `--default-artifact-root s3://…` wants them.
final class S3Artifacts implements ArtifactStore {

  static final String SCHEME = "s3://";

  private static final String TYPE = "application/octet-stream";

  private final ObjectStoreClient store;

  S3Artifacts(ObjectStoreClient store) {
    this.store = store;
  }

  @Override
  public void put(String location, byte[] bytes) {
    store.put(ObjectPath.parse(location), bytes, TYPE);
  }

  @Override
  public void put(String location, Path file) {
    if (!Files.isRegularFile(file)) {
      throw FaultException.badRequest(
          "artifact %s: no file '%s' to upload".formatted(location, file));
    }
    store.put(ObjectPath.parse(location), file, TYPE);
  }

  @Override
  public List<Artifact> list(String location) {
    var folder = ObjectPath.parse(location + "/");
    var found = store.entries(folder);
    var artifacts = new ArrayList<Artifact>();
    for (var inner : found.folders()) {
      artifacts.add(new Artifact(inner.name().replaceAll("/$", ""), true, 0));
    }
    for (var head : found.objects()) {
      if (!head.path().equals(folder)) {
        artifacts.add(new Artifact(head.path().name(), false, head.size()));
      }
    }
    return artifacts;
  }

  @Override
  public InputStream open(String location) {
    return store.get(ObjectPath.parse(location));
  }
}

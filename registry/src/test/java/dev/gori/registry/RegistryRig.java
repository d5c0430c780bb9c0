package dev.gori.registry;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.MlflowAccess;
import dev.gori.clients.MlflowClient;
import dev.gori.http.HttpServer;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import dev.gori.objectstore.ObjectStore;
import dev.gori.objectstore.ObjectStoreSettings;
import dev.gori.registry.Registry.ArtifactPlace;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/// A registry on a port of its own with the embedded store behind it, as in an environment.
final class RegistryRig implements AutoCloseable {

  static final String TOKEN = "token-of-dev";

  private final Closer closer = new Closer();
  final ObjectStore store;
  final Registry registry;
  final URI uri;

  RegistryRig(RegistrySettings settings, Time time, Path folder) throws Exception {
    var log = LoggerFactory.getLogger("registry-test");
    store =
        closer.add(
            "store",
            ObjectStore.open(
                ObjectStoreSettings.DEFAULTS,
                new EnvironmentName("dev"),
                "127.0.0.1",
                0,
                Files.createDirectories(folder.resolve("store")),
                time,
                log));
    var place = new ArtifactPlace(store.access(), "artifacts-dev");
    registry =
        closer.add(
            "registry",
            Registry.open(
                settings,
                place,
                time,
                Files.createDirectories(folder.resolve("registry")),
                log,
                new SelfMetrics()));
    var server =
        closer.add("server", HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy(TOKEN)));
    server.mount(registry.mounts());
    uri = server.uri().resolve("/mlflow");
  }

  MlflowClient client() {
    return MlflowClient.open(MlflowAccess.of(uri, Optional.of(TOKEN)), Duration.ofSeconds(30));
  }

  @Override
  public void close() {
    closer.close();
  }
}

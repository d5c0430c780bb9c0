package dev.gori.registry;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.clients.s3.S3Access;
import dev.gori.http.Mount;
import dev.gori.http.Response;
import dev.gori.http.Role;
import dev.gori.http.Routes;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import dev.gori.sql.Database;
import dev.gori.sql.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/// The model registry and tracking server of one environment, mounted at `/mlflow`.
///
/// Reads need no token; every call that writes needs the environment's bearer token, which the
/// official clients send when `MLFLOW_TRACKING_TOKEN` is set.
public final class Registry implements Role {

  /// The MLflow version whose clients and server the compatibility tests use.
  private static final String MLFLOW = "3.17.2";

  /// The artifact store.
  ///
  /// @param bucket an existing bucket, such as `artifacts-dev`
  public record ArtifactPlace(S3Access store, String bucket) {}

  private final Closer closer = new Closer();
  private final Database database;
  private final ObjectStoreClient objects;
  private final Routes routes;

  private Registry(
      RegistrySettings settings,
      ArtifactPlace place,
      Time time,
      Path folder,
      Logger log,
      SelfMetrics metrics) {
    this.database =
        closer.add(
            "database",
            Database.open(
                settings
                    .database()
                    .map(url -> url.under(folder))
                    .orElse(DatabaseUrl.file(folder.resolve("registry.db"))),
                "registry"));
    this.objects = closer.add("objects", ObjectStoreClient.open(place.store()));
    var artifacts =
        new Artifacts(objects, place.bucket(), folder.resolve("uploads"), settings.maxArtifact());
    var aliases = new Aliases(database, time);
    this.routes = new Routes(new MlflowDialect()).filter(new CallMetrics(metrics, log));
    var calls = new Calls(routes);
    new TrackingRoutes(
            new Experiments(database, time),
            new Runs(database, time),
            new RunLog(database, time),
            new LoggedModels(database, time),
            artifacts)
        .mount(calls);
    new ModelRoutes(
            new Models(database, time, aliases),
            new Versions(database, time, aliases, artifacts),
            aliases)
        .mount(calls);
    new ArtifactRoutes(artifacts).mount(calls);
    mountRest(routes);
  }

  private static void mountRest(Routes routes) {
    routes.get("/health", _ -> Response.text(200, "OK")).alwaysOpen();
    routes.get("/version", _ -> Response.text(200, MLFLOW));
    routes.get("/{+rest}", request -> MlflowDialect.noSuchEndpoint("GET", request.path()));
    routes.post("/{+rest}", request -> MlflowDialect.noSuchEndpoint("POST", request.path()));
    routes.put("/{+rest}", request -> MlflowDialect.noSuchEndpoint("PUT", request.path()));
    routes.patch("/{+rest}", request -> MlflowDialect.noSuchEndpoint("PATCH", request.path()));
    routes.delete("/{+rest}", request -> MlflowDialect.noSuchEndpoint("DELETE", request.path()));
  }

  /// Opens the database and migrates its tables; the object store may still be unreachable.
  ///
  /// @param folder of the SQLite file and of uploads in progress
  public static Registry open(
      RegistrySettings settings,
      ArtifactPlace place,
      Time time,
      Path folder,
      Logger log,
      SelfMetrics metrics)
      throws IOException {
    var uploads = Files.createDirectories(folder.resolve("uploads"));
    try (var left = Files.list(uploads)) {
      for (var file : left.toList()) {
        Files.delete(file); // an upload that a crash interrupted
      }
    }
    return new Registry(settings, place, time, folder, log, metrics);
  }

  @Override
  public String name() {
    return "registry";
  }

  @Override
  public List<Mount> mounts() {
    return List.of(new Mount("/mlflow", routes));
  }

  /// Does nothing: the registry runs on its callers' threads.
  @Override
  public void start() {}

  @Override
  public Optional<String> notReady() {
    try {
      database.read(handle -> handle.execute("SELECT 1"));
      return Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of("registry: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    closer.close();
  }
}

package dev.gori.objectstore;

import dev.gori.clients.s3.S3Access;
import dev.gori.http.AllowedHosts;
import dev.gori.http.Mount;
import dev.gori.http.Role;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.slf4j.Logger;

/// The embedded S3 server of one environment, on its own port.
///
/// The buckets `raw-{env}`, `features-{env}` and `artifacts-{env}` always exist. Requests must be
/// signed (AWS signature version 4) with the environment's keys; the server rejects all others,
/// whatever the modes of the store's files are.
public final class ObjectStore implements Role {

  private final EnvironmentName environment;
  private final StoreKeys keys;
  private final String host;
  private final S3Proxy server;
  private final OpenResources open;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ObjectStore(EnvironmentName environment, StoreKeys keys, String host, S3Proxy server) {
    this.environment = environment;
    this.keys = keys;
    this.host = host;
    this.server = server;
    this.open = OpenResources.mark("store " + environment + " on port " + server.getPort());
  }

  /// Opens the folder and binds the port.
  ///
  /// @param port 0 binds any free port
  /// @param folder holds the objects (`objects/BUCKET/KEY`) and the keys (`credentials`)
  /// @throws BindException when the port is taken
  public static ObjectStore open(
      ObjectStoreSettings settings,
      EnvironmentName environment,
      String host,
      int port,
      Path folder,
      Time time,
      Logger log)
      throws IOException {
    return open(settings, environment, host, port, Set.of(), folder, time, log);
  }

  /// Opens the folder and binds the port.
  ///
  /// @param names accepted as `Host`, in addition to `localhost`, the host and any IP address
  /// @throws BindException when the port is taken
  public static ObjectStore open(
      ObjectStoreSettings settings,
      EnvironmentName environment,
      String host,
      int port,
      Set<String> names,
      Path folder,
      Time time,
      Logger log)
      throws IOException {
    var root = folder.resolve("objects");
    Files.createDirectories(root);
    if (!Files.exists(folder.resolve("credentials")) && !isEmpty(root)) {
      log.warn(
          "store credentials={} are not there, but objects are: clients need the new keys"
              + " that are made now",
          folder.resolve("credentials"));
    }
    var keys = StoreKeys.at(folder.resolve("credentials"), environment.value(), log::warn);
    var staging = Staging.in(root.toRealPath());
    int swept = staging.sweep();
    if (swept > 0) {
      log.info("store swept unfinished={} folder={}", swept, root);
    }
    for (var bucket : buckets(environment)) {
      Files.createDirectories(root.resolve(bucket));
    }
    var server =
        S3Proxy.builder()
            .blobStore(new DurableBlobs(root.toRealPath(), staging, settings, time, log))
            .endpoint(URI.create("http://%s:%d".formatted(host, port)))
            .awsAuthentication(AuthenticationType.AWS_V4, keys.access(), keys.secret())
            .maxSinglePartObjectSize(settings.maxObject().count())
            .ignoreUnknownHeaders(true)
            .build();
    try {
      StorePort.prepare(server, AllowedHosts.of(host, names));
      server.start();
    } catch (Exception e) {
      throw bindFailure(host, port, e);
    }
    return new ObjectStore(environment, keys, host, server);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private static IOException bindFailure(String host, int port, Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    var failure =
        new BindException(
            "port %d on %s cannot be opened for S3: %s".formatted(port, host, e.getMessage()));
    failure.initCause(e);
    return failure;
  }

  /// The buckets that every environment has.
  public static List<String> buckets(EnvironmentName environment) {
    return List.of("raw-" + environment, "features-" + environment, "artifacts-" + environment);
  }

  /// The endpoint and the keys for clients.
  public S3Access access() {
    return S3Access.of(
        URI.create("http://%s:%d".formatted(reachable(), port())), keys.access(), keys.secret());
  }

  private String reachable() {
    return host.equals("0.0.0.0") ? "127.0.0.1" : host;
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public String name() {
    return "store";
  }

  /// Empty: the store serves S3 on its own port.
  @Override
  public List<Mount> mounts() {
    return List.of();
  }

  /// Does nothing: {@link #open} has bound the port and started the server.
  @Override
  public void start() {}

  @Override
  public Optional<String> notReady() {
    return closed.get()
        ? Optional.of("store %s is closed".formatted(environment))
        : Optional.empty();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        server.stop();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        throw new IllegalStateException("store %s did not stop cleanly".formatted(environment), e);
      } finally {
        open.closed();
      }
    }
  }
}

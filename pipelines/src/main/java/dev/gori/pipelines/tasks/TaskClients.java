package dev.gori.pipelines.tasks;

import dev.gori.base.observe.SecretMask;
import dev.gori.clients.MlflowClient;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.life.Closer;
import dev.gori.process.Isolation;
import java.time.Duration;

/// The clients that tasks share, and the isolation of the programs that they run. Opening them
/// sends no requests.
public final class TaskClients implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final Access access;
  private final Isolation isolation;
  private final Closer closer = new Closer();
  private final ObjectStoreClient objects;
  private final MlflowClient registry;
  private final HttpCalls http;

  private TaskClients(Access access, Isolation isolation) {
    this.access = access;
    this.isolation = isolation;
    this.objects = closer.add("objects", ObjectStoreClient.open(access.store()));
    this.registry = closer.add("registry", MlflowClient.open(access.registry(), DEADLINE));
    this.http = closer.add("http", HttpCalls.within(DEADLINE));
  }

  /// @param isolation of the programs that tasks run
  public static TaskClients open(Access access, Isolation isolation) {
    return new TaskClients(access, isolation);
  }

  Isolation isolation() {
    return isolation;
  }

  /// A mask for the secrets that the logs of tasks must not show.
  public SecretMask mask() {
    return access.mask();
  }

  Access access() {
    return access;
  }

  ObjectStoreClient objects() {
    return objects;
  }

  MlflowClient registry() {
    return registry;
  }

  HttpCalls http() {
    return http;
  }

  @Override
  public void close() {
    closer.close();
  }
}

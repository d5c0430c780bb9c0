package dev.gori.pipelines.tasks;

import dev.gori.base.observe.SecretMask;
import dev.gori.clients.MlflowAccess;
import dev.gori.clients.s3.S3Access;
import dev.gori.kernel.id.EnvironmentName;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The addresses and credentials of the environment's other roles. `toString` shows no credentials.
///
/// @param delivery the base URL, without `/api/v1`
/// @param token the environment's token
/// @param secrets supplies further values to mask in the logs of tasks; called before each attempt
public record Access(
    EnvironmentName environment,
    S3Access store,
    MlflowAccess registry,
    URI delivery,
    Optional<String> token,
    Supplier<Set<String>> secrets) {

  /// An environment without secrets other than its tokens and the keys of its store.
  public Access(
      EnvironmentName environment,
      S3Access store,
      MlflowAccess registry,
      URI delivery,
      Optional<String> token) {
    this(environment, store, registry, delivery, token, Set::of);
  }

  /// A mask for all secrets of the environment.
  public SecretMask mask() {
    var all = new HashSet<>(secrets.get());
    token.ifPresent(all::add);
    registry.token().ifPresent(all::add);
    all.add(store.accessKey());
    all.add(store.secretKey());
    return SecretMask.of(all);
  }

  @Override
  public String toString() {
    return "Access[%s, store %s, registry %s, delivery %s]"
        .formatted(environment, store.endpoint(), registry, delivery);
  }
}

package dev.gori.metrics.rules;

import dev.gori.metrics.client.HttpClientConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// Someone who is told of alerts.
///
/// @param base the address without `/api/v2`
/// @param token for `Authorization: Bearer`
/// @param timeout for one call
/// @param http how it is called, where that is not the plain way
public record Alertmanager(
    URI base, Optional<String> token, Duration timeout, Optional<HttpClientConfig> http) {

  private static final Duration USUAL = Duration.ofSeconds(10);

  /// One that is called in the plain way.
  public Alertmanager(URI base, Optional<String> token) {
    this(base, token, USUAL, Optional.empty());
  }

  /// Without the token.
  @Override
  public String toString() {
    return "Alertmanager[" + base + "]";
  }
}

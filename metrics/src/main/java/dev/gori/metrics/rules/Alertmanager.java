package dev.gori.metrics.rules;

import dev.gori.metrics.client.HttpClientConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// An Alertmanager that receives alerts.
///
/// @param base URL without `/api/v2`
/// @param token for `Authorization: Bearer`
/// @param timeout of one request
/// @param http HTTP client configuration, if it is not the default
public record Alertmanager(
    URI base, Optional<String> token, Duration timeout, Optional<HttpClientConfig> http) {

  private static final Duration USUAL = Duration.ofSeconds(10);

  /// With the default HTTP client configuration.
  public Alertmanager(URI base, Optional<String> token) {
    this(base, token, USUAL, Optional.empty());
  }

  /// Without the token.
  @Override
  public String toString() {
    return "Alertmanager[" + base + "]";
  }
}

package dev.gori.console;

import dev.gori.kernel.id.EnvironmentName;
import java.net.URI;
import java.util.Optional;

/// Where the parts of one environment answer; each may be ours or the real server.
///
/// @param base where the gateway, pipelines, delivery and the inbox are
/// @param token the environment's, which its own parts want where reads need one
/// @param readsNeedToken whether its page too is shown only with the token
public record BaseUrls(
    EnvironmentName name,
    URI base,
    URI registry,
    URI metrics,
    URI logs,
    URI alerts,
    URI store,
    Optional<String> token,
    boolean readsNeedToken) {

  /// Whether an address is one of the environment's own parts: others are never shown its token.
  Optional<String> tokenFor(URI address) {
    return address.getAuthority().equals(base.getAuthority()) ? token : Optional.empty();
  }

  @Override
  public String toString() {
    return "BaseUrls[%s at %s]".formatted(name, base);
  }
}

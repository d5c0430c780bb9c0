package dev.gori.roles.metrics.rules;

import java.net.URI;
import java.util.Optional;

/// Someone who is told of alerts.
///
/// @param base the address without `/api/v2`
/// @param token for `Authorization: Bearer`
public record Alertmanager(URI base, Optional<String> token) {

    /// Without the token.
    @Override
    public String toString() {
        return "Alertmanager[" + base + "]";
    }
}

package dev.gori.roles.console;

import dev.gori.kernel.id.EnvironmentName;
import java.net.URI;

/// Where the parts of one environment answer; each may be ours or the real server.
///
/// @param base where the gateway, pipelines, delivery and the inbox are
public record Place(
        EnvironmentName name,
        URI base,
        URI registry,
        URI metrics,
        URI logs,
        URI alerts,
        URI store) {}

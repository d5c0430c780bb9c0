package dev.gori.roles.pipelines.tasks;

import dev.gori.kernel.id.EnvironmentName;
import dev.gori.machinery.objects.StoreAccess;
import dev.gori.machinery.protocol.MlflowAccess;
import java.net.URI;
import java.util.Optional;

/// Where the other parts of the environment are. Its text shows no token.
///
/// @param delivery the address before `/api/v1`
/// @param token the environment's
public record Access(
        EnvironmentName environment,
        StoreAccess store,
        MlflowAccess registry,
        URI delivery,
        Optional<String> token) {

    @Override
    public String toString() {
        return "Access[%s, store %s, registry %s, delivery %s]"
                .formatted(environment, store.endpoint(), registry, delivery);
    }
}

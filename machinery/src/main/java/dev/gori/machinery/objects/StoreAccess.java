package dev.gori.machinery.objects;

import java.net.URI;
import java.time.Duration;

/// Where an object store is and how to sign for it. Its text never shows the secret.
///
/// @param endpoint such as `http://127.0.0.1:7011`; buckets are addressed as the first part of the path
/// @param timeout how long one attempt of one call may take before its first answer
public record StoreAccess(URI endpoint, String region, String accessKey, String secretKey, Duration timeout) {

    public StoreAccess {
        if (endpoint.getHost() == null) {
            throw new IllegalArgumentException("store endpoint: '%s' (expected: a URL such as http://127.0.0.1:7011)".formatted(endpoint));
        }
    }

    /// Region `us-east-1`, and a minute for a call.
    public static StoreAccess of(URI endpoint, String accessKey, String secretKey) {
        return new StoreAccess(endpoint, "us-east-1", accessKey, secretKey, Duration.ofMinutes(1));
    }

    @Override
    public String toString() {
        return "%s as %s in %s".formatted(endpoint, accessKey, region);
    }
}

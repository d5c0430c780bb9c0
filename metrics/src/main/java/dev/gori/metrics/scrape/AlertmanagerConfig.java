package dev.gori.metrics.scrape;

import dev.gori.metrics.client.HttpClientConfig;
import java.net.URI;
import java.time.Duration;

/// An Alertmanager of the configuration.
///
/// @param base URL without `/api/v2`
/// @param timeout of one request
public record AlertmanagerConfig(URI base, Duration timeout, HttpClientConfig http) {}

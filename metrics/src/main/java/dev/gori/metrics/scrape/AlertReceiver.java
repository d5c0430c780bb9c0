package dev.gori.metrics.scrape;

import dev.gori.metrics.client.HttpOptions;
import java.net.URI;
import java.time.Duration;

/// An Alertmanager of the configuration.
///
/// @param base without `/api/v2`
/// @param timeout for one call
public record AlertReceiver(URI base, Duration timeout, HttpOptions http) {}

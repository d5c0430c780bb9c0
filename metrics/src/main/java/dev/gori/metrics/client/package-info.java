/// Prometheus's HTTP client configuration: credentials, TLS, proxies, headers.
///
/// Owns: the keys that all such sections share, HTTP clients, request headers. Does not own: URLs,
/// deadlines, responses. Entry points: {@link dev.gori.metrics.client.HttpClientConfig}, {@link
/// dev.gori.metrics.client.TargetHttpClients}. Threads: all calls are thread-safe. Source:
/// Prometheus's documentation of `http_config`.
@NullMarked
package dev.gori.metrics.client;

import org.jspecify.annotations.NullMarked;

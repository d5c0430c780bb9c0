/// How a configuration of Prometheus's says that others are called over HTTP: credentials, TLS,
/// proxies, headers.
///
/// Owns: the keys that all such sections have in common, the clients that are made of them, and the
/// headers that go with a call. Does not own: what is called, deadlines, what is done with an
/// answer. Doors: {@link dev.gori.metrics.client.HttpClientConfig}, which reads the keys, and {@link
/// dev.gori.metrics.client.TargetHttpClients}. Threads: every call is safe from any thread. Source:
/// Prometheus's documentation of `http_config`.
@NullMarked
package dev.gori.metrics.client;

import org.jspecify.annotations.NullMarked;

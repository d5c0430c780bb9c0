/// Prometheus's HTTP API: the paths, parameters and JSON that Grafana, promtool and dashboards use.
///
/// Owns: parameters, responses, error messages. Does not own: the data. Entry point: {@link
/// dev.gori.metrics.api.PrometheusApi}. Threads: all calls are thread-safe. Source: Prometheus's
/// documentation of its HTTP API; `docs/compat/prometheus-api.md` lists the differences.
@NullMarked
package dev.gori.metrics.api;

import org.jspecify.annotations.NullMarked;

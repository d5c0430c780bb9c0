/// Prometheus's HTTP API: the paths, parameters and JSON that Grafana, promtool and dashboards
/// know.
///
/// Owns: reading parameters, writing answers, the words of failures. Does not own: anything that it
/// shows. Door: {@link dev.gori.metrics.api.PrometheusApi}. Threads: every call is safe from any
/// thread. Source: Prometheus's documentation of its HTTP API; `docs/compat/prometheus-api.md` says
/// what is different.
@NullMarked
package dev.gori.metrics.api;

import org.jspecify.annotations.NullMarked;

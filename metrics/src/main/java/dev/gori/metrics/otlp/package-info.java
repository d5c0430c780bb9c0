/// Takes metrics from OpenTelemetry: OTLP over HTTP, protobuf or JSON.
///
/// Owns: how OTLP's metrics become series. Does not own: the store, remote write (`metrics.write`).
/// Door: {@link dev.gori.metrics.otlp.OtlpReceiver}, with {@link
/// dev.gori.metrics.otlp.OtlpSettings}. Threads: every call is safe from any thread. Source: the
/// OTLP specification 1.x; "Prometheus and OpenMetrics compatibility" of the OpenTelemetry
/// specification; Prometheus's guide to its OTLP receiver (names with underscores and suffixes,
/// which is its default).
@NullMarked
package dev.gori.metrics.otlp;

import org.jspecify.annotations.NullMarked;

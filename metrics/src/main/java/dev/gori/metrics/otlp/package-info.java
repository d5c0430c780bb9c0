/// Receives OpenTelemetry metrics: OTLP over HTTP, protobuf or JSON.
///
/// Owns: the conversion to series. Does not own: the store, remote write
/// (`metrics.remote.receiver`). Entry points: {@link dev.gori.metrics.otlp.OtlpReceiver}, {@link
/// dev.gori.metrics.otlp.OtlpSettings}. Threads: all calls are thread-safe. Sources: the OTLP
/// specification 1.x; "Prometheus and OpenMetrics compatibility" of the OpenTelemetry
/// specification; Prometheus's guide to its OTLP receiver.
@NullMarked
package dev.gori.metrics.otlp;

import org.jspecify.annotations.NullMarked;

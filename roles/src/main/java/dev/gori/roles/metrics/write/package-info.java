/// Takes samples that others push: Prometheus's remote write 1.0.
///
/// Door: {@link dev.gori.roles.metrics.write.RemoteWrite}. Threads: every call is safe from any thread.
/// Source: the Prometheus Remote-Write 1.0 specification.
@NullMarked
package dev.gori.roles.metrics.write;

import org.jspecify.annotations.NullMarked;

/// One client per protocol, over HTTP: whoever asks cannot tell an embedded part from a real server.
///
/// Owns: the wire forms of what is asked of Prometheus, Alertmanager, Loki, MLflow and our own roles. Does not own: any decision about
/// an answer. Every call has a deadline. Threads: every client is safe from any thread.
@NullMarked
package dev.gori.machinery.protocol;

import org.jspecify.annotations.NullMarked;

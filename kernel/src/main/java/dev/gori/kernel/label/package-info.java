/// Label sets and the matchers that select them, as in Prometheus, Loki and Alertmanager.
///
/// Owns: {@link dev.gori.kernel.label.Labels}, {@link dev.gori.kernel.label.Matcher}. Does not own:
/// any syntax; each language parses its own. Threads: everything here is immutable.
@NullMarked
package dev.gori.kernel.label;

import org.jspecify.annotations.NullMarked;

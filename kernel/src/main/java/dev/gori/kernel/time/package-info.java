/// The only source of time. `Instant.now()` and `Thread.sleep` are forbidden elsewhere by an
/// architecture rule; tests use a manual clock.
///
/// Entry point: {@link dev.gori.kernel.time.Time}.
@NullMarked
package dev.gori.kernel.time;

import org.jspecify.annotations.NullMarked;

/// The only source of time. `Instant.now()` and `Thread.sleep` are forbidden elsewhere by a rule;
/// tests set the time by hand.
///
/// Entry point: {@link dev.gori.kernel.time.Time}.
@NullMarked
package dev.gori.kernel.time;

import org.jspecify.annotations.NullMarked;

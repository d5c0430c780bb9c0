/// Failures made on purpose, each followed to recovery.
///
/// Owns: what is broken, what must happen then, the proof that it did. Does not own: any of the
/// recovery; that is the platform's, which does not know a drill from the real thing. A drill keeps
/// to one environment and watches that no other notices. Entry point: {@link
/// dev.gori.app.drill.Drills}.
@NullMarked
package dev.gori.app.drill;

import org.jspecify.annotations.NullMarked;

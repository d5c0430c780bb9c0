/// Deliberate failures, each followed to recovery.
///
/// Owns: the failures, the expectations and their proof. Does not own: the recovery, which the
/// platform does as for a real failure. A drill changes one environment and checks that no other is
/// affected. Entry point: {@link dev.gori.app.drill.Drills}.
@NullMarked
package dev.gori.app.drill;

import org.jspecify.annotations.NullMarked;

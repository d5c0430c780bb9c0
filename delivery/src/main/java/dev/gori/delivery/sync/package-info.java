/// Makes an environment what Git says: sees commits, checks the whole state, applies it in order,
/// and puts back what was changed by hand.
///
/// Owns: the order of applying, the record of each change, what counts as drift. Does not own: how
/// a version goes live (`rollouts`), what files mean to the roles that serve them (the app's
/// appliers and checks). Threads: one round at a time; a second caller waits. Door: {@link
/// dev.gori.delivery.sync.Sync}.
@NullMarked
package dev.gori.delivery.sync;

import org.jspecify.annotations.NullMarked;

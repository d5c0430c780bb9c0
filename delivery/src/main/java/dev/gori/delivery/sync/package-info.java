/// Applies commits to the environment: detects new commits, checks the whole desired state, applies
/// it in order, and reverts manual changes.
///
/// Owns: the order of applying, the record of each change, the definition of drift. Does not own:
/// how a version goes live (`delivery.controller`), what files mean to the roles that serve them
/// (the app's appliers and checks). Threads: one sync at a time; a second caller waits. Entry
/// point: {@link dev.gori.delivery.sync.Sync}.
@NullMarked
package dev.gori.delivery.sync;

import org.jspecify.annotations.NullMarked;

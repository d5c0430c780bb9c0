/// Brings a version live and takes it back: does what the rollout engine says, and keeps every
/// state before the next step.
///
/// Owns: the steps, the observation, the pin and revert commits, the alerts of a rollout. Does not
/// own: the decisions (`engines.rollout`), the tables (`record`), when a commit asks for a rollout
/// (`sync`). Threads: every call is safe from any thread; the steps of one rollout run one after
/// the other. Door: {@link dev.gori.delivery.controller.RolloutController}; the interfaces are the
/// ports that it needs.
@NullMarked
package dev.gori.delivery.controller;

import org.jspecify.annotations.NullMarked;

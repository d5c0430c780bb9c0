/// Rolls a model version out and back: executes the actions of the rollout's state machine and
/// stores every state before the next step.
///
/// Owns: the steps, the observation, the pin and revert commits, the alerts of a rollout. Does not
/// own: the decisions (`delivery.rollout`), the tables (`delivery.record`), when a commit requests
/// a rollout (`delivery.sync`). Threads: every call is safe from any thread; the steps of one
/// rollout run in sequence. Entry point: {@link dev.gori.delivery.controller.RolloutController};
/// the interfaces are the ports that it needs.
@NullMarked
package dev.gori.delivery.controller;

import org.jspecify.annotations.NullMarked;

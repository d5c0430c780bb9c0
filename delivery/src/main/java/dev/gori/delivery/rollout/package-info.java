/// How a new model version goes live, and how it is rolled back: one state machine and one judge,
/// both pure.
///
/// Owns: the states of a rollout, the transition for each event, the next action of each state, and
/// the verdict over a round of measurements. Does not own: executing actions, storing the state,
/// querying metrics (`delivery.controller`). Threads: everything here is immutable. Entry points:
/// {@link dev.gori.delivery.rollout.RolloutStateMachine} and {@link
/// dev.gori.delivery.rollout.Judge}.
@NullMarked
package dev.gori.delivery.rollout;

import org.jspecify.annotations.NullMarked;

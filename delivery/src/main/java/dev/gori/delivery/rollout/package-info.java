/// How a new model version goes live, and how it goes back: one state machine and one judgement,
/// both pure.
///
/// Owns: the states of a rollout, what each event makes of them, what there is to do in each, and
/// the verdict over a round of readings. Does not own: doing any of it, keeping the state, asking
/// the metrics (`roles.delivery`). Threads: everything here is immutable. Doors: {@link
/// dev.gori.delivery.rollout.RolloutStateMachine} and {@link dev.gori.delivery.rollout.Judge}.
@NullMarked
package dev.gori.delivery.rollout;

import org.jspecify.annotations.NullMarked;

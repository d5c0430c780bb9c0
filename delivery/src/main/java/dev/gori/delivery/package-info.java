/// Delivery of one environment: follows the workspace's `main`, applies what it declares, rolls
/// model versions out and back, and records every change.
///
/// Owns: the role's settings, its REST API, its metrics and the connections to the other roles, all
/// over HTTP. Does not own: the formats of other roles' files; the app passes in their checks and
/// appliers. Threads: one loop reads the repository, one sends alerts, one task runs each rollout's
/// next step. Entry point: {@link dev.gori.delivery.Delivery}.
@NullMarked
package dev.gori.delivery;

import org.jspecify.annotations.NullMarked;

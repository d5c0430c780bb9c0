/// Delivery of one environment: follows main of the workspace repository, applies what it declares,
/// brings versions live and takes them back, and keeps the record of every change.
///
/// Owns: the role's settings, its REST calls, its metrics and the connections to the other roles,
/// which are all over HTTP. Does not own: the forms of other roles' files; the app passes in who
/// checks and who applies them. Threads: one loop that looks at the repository, one that sends
/// alerts, one task for each rollout's next step. Door: {@link dev.gori.delivery.Delivery}.
@NullMarked
package dev.gori.delivery;

import org.jspecify.annotations.NullMarked;

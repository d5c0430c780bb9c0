/// A running platform as the verbs use it: its addresses, and one client for each protocol of each
/// environment.
///
/// Owns: the format of the address file. Does not own: any connection beyond the clients it opens.
/// The verbs use HTTP like any other client. Entry point: {@link dev.gori.app.running.Running}.
@NullMarked
package dev.gori.app.running;

import org.jspecify.annotations.NullMarked;

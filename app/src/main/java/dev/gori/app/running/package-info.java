/// A running platform as the verbs see it: its addresses, and one client for each protocol of each
/// environment.
///
/// Owns: the address file's form. Does not own: any connection beyond the clients it opens. The
/// verbs work over HTTP like anybody else. Entry point: {@link dev.gori.app.running.Running}.
@NullMarked
package dev.gori.app.running;

import org.jspecify.annotations.NullMarked;

/// One client for each protocol that the platform speaks. The server may be a role of ours or the
/// real product: a client cannot tell.
///
/// Threads: clients are safe from any thread; every call has a deadline.
@NullMarked
package dev.gori.clients;

import org.jspecify.annotations.NullMarked;

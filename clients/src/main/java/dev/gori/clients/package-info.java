/// One client for each protocol that the platform speaks. The other end may be a part of ours or
/// the real server: a client cannot tell.
///
/// Threads: clients are safe from any thread; every call has a deadline.
@NullMarked
package dev.gori.clients;

import org.jspecify.annotations.NullMarked;

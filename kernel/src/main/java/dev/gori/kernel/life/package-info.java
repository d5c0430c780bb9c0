/// Opening and closing: what is opened is closed, newest first, and a test can tell when something
/// was left open. Work that runs for a caller ends when it is cancelled.
///
/// Threads: every call is safe from any thread.
@NullMarked
package dev.gori.kernel.life;

import org.jspecify.annotations.NullMarked;

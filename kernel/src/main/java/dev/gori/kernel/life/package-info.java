/// Opening and closing: what is opened is closed, newest first, and a test can tell when something
/// was left open. Work for a caller ends when the caller cancels it.
///
/// Threads: every call is safe from any thread.
@NullMarked
package dev.gori.kernel.life;

import org.jspecify.annotations.NullMarked;

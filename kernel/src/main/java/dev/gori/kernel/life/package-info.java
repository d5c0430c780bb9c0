/// Resource lifecycles: closes resources in reverse order, detects resources that tests leave open,
/// and cancels work for a caller.
///
/// Threads: every call is safe from any thread.
@NullMarked
package dev.gori.kernel.life;

import org.jspecify.annotations.NullMarked;

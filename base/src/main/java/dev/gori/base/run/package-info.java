/// Work on threads: periodic tasks, fan-out, concurrency limits, retries, and a pool for queries.
///
/// A call that starts work ends it or hands it to an object that does when it is closed.
@NullMarked
package dev.gori.base.run;

import org.jspecify.annotations.NullMarked;

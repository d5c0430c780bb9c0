package dev.gori.kernel.life;

import java.util.concurrent.CancellationException;

/// Tells work that is under way whether it is still wanted. An engine that computes for more than a
/// few tenths of a second is given one and calls {@link #check} in its loops.
@FunctionalInterface
public interface CancelSignal {

    /// Of work that nobody cancels.
    CancelSignal NEVER = () -> false;

    /// Safe from any thread, and cheap: a read of memory.
    boolean isCancelled();

    /// @throws CancellationException when the work is not wanted any more
    default void check() {
        if (isCancelled()) {
            throw new CancellationException("cancelled");
        }
    }
}

package dev.gori.machinery.run;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;

/// Virtual threads are free, what they use is not: the limit is a count, not a pool size.
public final class Limit {

    private final String what;
    private final int atOnce;
    private final Semaphore free;

    public Limit(String what, int atOnce) {
        this.what = what;
        this.atOnce = atOnce;
        this.free = new Semaphore(atOnce);
    }

    /// @throws FaultException TOO_BUSY at once when all places are taken
    public <T> T run(Callable<T> work) throws Exception {
        if (!free.tryAcquire()) {
            throw new FaultException(Fault.TOO_BUSY, "%s: %d at once is the limit, try again later".formatted(what, atOnce));
        }
        try {
            return work.call();
        } finally {
            free.release();
        }
    }
}

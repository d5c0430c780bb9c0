package dev.gori.roles.gateway;

import dev.gori.engines.inference.Predictions;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Where a prediction runs: a quick one on its caller's thread, a slow one on a few platform
/// threads.
///
/// Native code holds the carrier of a virtual thread, and there are only as many carriers as cores:
/// a model that takes a second would stop every other request of the process, also the other
/// environment's.
final class Lane implements AutoCloseable {

    private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int WAITING = 8_192;

    private final ThreadPoolExecutor slow;

    Lane() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        var factory = Thread.ofPlatform().name("gateway-slow-", 0).daemon().factory();
        this.slow =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        10,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(WAITING),
                        factory);
        slow.allowCoreThreadTimeOut(true);
    }

    Predictions predict(Loaded loaded, Rows rows) throws InterruptedException {
        if (loaded.nanosARow() * rows.count() < QUICK_NANOS) {
            return run(loaded, rows);
        }
        try {
            return slow.submit(() -> run(loaded, rows)).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof FaultException fault
                    ? new FaultException(fault.fault(), fault.reason(), e)
                    : new FaultException(
                            Fault.BROKEN_INVARIANT, "the model failed: " + e.getCause(), e);
        } catch (RejectedExecutionException e) {
            throw new FaultException(
                    Fault.TOO_BUSY, "too many slow predictions wait; try again later", e);
        }
    }

    /// On the caller's thread, measured and counted.
    static Predictions run(Loaded loaded, Rows rows) {
        long began = System.nanoTime();
        var predictions = rows.predict(loaded.model());
        long nanos = System.nanoTime() - began;
        loaded.took(nanos, rows.count());
        loaded.metrics().observe(rows.count(), nanos);
        return predictions;
    }

    @Override
    public void close() {
        slow.shutdown();
    }
}

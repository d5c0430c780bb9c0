package dev.gori.serving.gateway;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.serving.inference.Predictions;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs the predictions of one variant, each until the deadline: quick predictions on the caller's
/// thread, slow predictions on a few platform threads.
///
/// Native code occupies the carrier of a virtual thread, and there are only as many carriers as
/// cores: a model that takes a second would block every other request of the process, including
/// those of other environments. A prediction that was expected to be quick is therefore terminated
/// after at most 500 ms and run again on a platform thread.
final class InferenceSession implements AutoCloseable {

  private static final long QUICK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final Duration QUICK_LIMIT = Duration.ofMillis(500);
  private static final int WAITING = 8_192;

  /// How long a run may take to end after its deadline: ONNX Runtime does not interrupt an
  /// operator.
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Deadlines deadlines;
  private final Duration deadline;
  private final ThreadPoolExecutor slow;

  /// @param deadline of a prediction, including the wait for a thread
  InferenceSession(String variant, Deadlines deadlines, Duration deadline) {
    this.deadlines = deadlines;
    this.deadline = deadline;
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
    var factory = Thread.ofPlatform().name("gateway-slow-" + variant + "-", 0).daemon().factory();
    this.slow =
        new ThreadPoolExecutor(
            threads, threads, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), factory);
    slow.allowCoreThreadTimeOut(true);
  }

  /// @throws FaultException TIMED_OUT when the model does not answer before the deadline, TOO_BUSY
  ///   when too many slow predictions wait
  Predictions predict(Loaded loaded, Rows rows) throws InterruptedException {
    if (loaded.nanosARow() * rows.count() < QUICK_NANOS) {
      try {
        return run(loaded, rows, deadline.compareTo(QUICK_LIMIT) < 0 ? deadline : QUICK_LIMIT);
      } catch (FaultException e) {
        if (e.fault() != Fault.TIMED_OUT) {
          throw e;
        }
      }
    }
    long until = System.nanoTime() + deadline.toNanos();
    try {
      var task = slow.submit(() -> run(loaded, rows, Duration.ofNanos(until - System.nanoTime())));
      try {
        return task.get(deadline.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
      } finally {
        task.cancel(false); // the caller no longer waits
      }
    } catch (TimeoutException e) {
      throw exceeded(loaded, e);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof FaultException fault)) {
        throw new FaultException(Fault.BROKEN_INVARIANT, "the model failed: " + e.getCause(), e);
      }
      throw fault.fault() == Fault.TIMED_OUT
          ? exceeded(loaded, e)
          : new FaultException(fault.fault(), fault.reason(), e);
    } catch (RejectedExecutionException e) {
      throw new FaultException(
          Fault.TOO_BUSY, "too many slow predictions wait; try again later", e);
    }
  }

  private FaultException exceeded(Loaded loaded, Exception cause) {
    loaded.metrics().exceeded().inc();
    return new FaultException(
        Fault.TIMED_OUT,
        "variant %s, version %d: the model did not answer within %d ms (gateway.prediction_deadline); its run was ended"
            .formatted(loaded.variant(), loaded.version(), deadline.toMillis()),
        cause);
  }

  /// Predicts on the caller's thread until the deadline.
  ///
  /// @throws FaultException TIMED_OUT when the model does not answer before
  Predictions run(Loaded loaded, Rows rows) {
    try {
      return run(loaded, rows, deadline);
    } catch (FaultException e) {
      throw e.fault() == Fault.TIMED_OUT ? exceeded(loaded, e) : e;
    }
  }

  private Predictions run(Loaded loaded, Rows rows, Duration limit) {
    long began = System.nanoTime();
    try {
      var predictions = deadlines.within(limit, run -> rows.predict(loaded.model(), run));
      loaded.metrics().observe(rows.count(), System.nanoTime() - began);
      return predictions;
    } finally {
      loaded.took(System.nanoTime() - began, rows.count());
    }
  }

  /// Waits up to 5 s for active runs. The caller must have terminated them with {@link
  /// Deadlines#close}.
  @Override
  public void close() {
    slow.shutdown();
    try {
      slow.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

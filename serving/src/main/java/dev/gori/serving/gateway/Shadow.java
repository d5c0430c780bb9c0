package dev.gori.serving.gateway;

import dev.gori.kernel.fault.FaultException;
import dev.gori.serving.inference.Predictions;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/// Repeats requests on another variant in a background thread and compares the predictions (labels
/// equal; numbers within a millionth of each other). The queue is bounded; copies that do not fit
/// are dropped and counted.
final class Shadow implements AutoCloseable {

  /// The outcome of one copy.
  enum Outcome {
    EQUAL("equal"),
    DIFFERENT("different"),
    ERROR("error"),
    DROPPED("dropped");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private final ThreadPoolExecutor worker;
  private final GatewayMetrics metrics;
  private final Logger log;

  Shadow(int queue, GatewayMetrics metrics, Logger log) {
    this.metrics = metrics;
    this.log = log;
    var factory = Thread.ofPlatform().name("gateway-shadow-", 0).daemon().factory();
    this.worker =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queue),
            factory,
            (_, _) -> metrics.shadowed(Outcome.DROPPED));
    worker.allowCoreThreadTimeOut(true);
  }

  void copy(Variant to, Rows rows, Predictions answered) {
    worker.execute(() -> metrics.shadowed(compare(to, rows, answered)));
  }

  private Outcome compare(Variant to, Rows rows, Predictions answered) {
    try {
      var loaded = to.hold();
      try {
        return same(to.lane().run(loaded, rows).values(), answered.values())
            ? Outcome.EQUAL
            : Outcome.DIFFERENT;
      } finally {
        Variant.release(loaded);
      }
    } catch (FaultException e) {
      log.debug("shadow variant={} failed: {}", to.name(), e.reason());
      return Outcome.ERROR;
    }
  }

  private static boolean same(Predictions.Values one, Predictions.Values other) {
    return switch (one) {
      case Predictions.Values.Labels(long[] a) ->
          other instanceof Predictions.Values.Labels(long[] b) && Arrays.equals(a, b);
      case Predictions.Values.Names(String[] a) ->
          other instanceof Predictions.Values.Names(String[] b) && Arrays.equals(a, b);
      case Predictions.Values.Numbers(double[] a, _) ->
          other instanceof Predictions.Values.Numbers(double[] b, _) && near(a, b);
    };
  }

  private static boolean near(double[] a, double[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (Math.abs(a[i] - b[i]) > 1e-6 * Math.max(1, Math.abs(a[i]))) {
        return false;
      }
    }
    return true;
  }

  /// Discards the waiting copies and waits up to 10 s for the running copy.
  @Override
  public void close() {
    worker.getQueue().clear();
    worker.shutdown();
    try {
      if (!worker.awaitTermination(10, TimeUnit.SECONDS)) {
        worker.shutdownNow();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.gori.serving.gateway;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.serving.inference.Model;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/// Loads a version into memory from the disk cache, else from the registry, checks it and warms it
/// up, while the variant's current model keeps serving.
final class Loader {

  /// Rows that fit every signature: zeros, ones and halves.
  private static final double[] WARM_VALUES = {0, 1, 0.5};

  private static final int WARM_ROUNDS = 10;
  private static final long WARM_NANOS = Duration.ofSeconds(2).toNanos();

  /// A model that is ready to serve.
  record Ready(Loaded loaded, Duration load, Duration warmup) {}

  private final ModelCache cache;
  private final ModelSource registry;
  private final GatewayMetrics metrics;
  private final Deadlines deadlines;
  private final Duration deadline;
  private final Time time;
  private final ReentrantLock fetching = new ReentrantLock();

  /// @param deadline of one warm-up prediction
  Loader(
      ModelCache cache,
      ModelSource registry,
      GatewayMetrics metrics,
      Deadlines deadlines,
      Duration deadline,
      Time time) {
    this.cache = cache;
    this.registry = registry;
    this.metrics = metrics;
    this.deadlines = deadlines;
    this.deadline = deadline;
    this.time = time;
  }

  /// @param commit the commit that deploys the version; may be empty
  /// @throws FaultException CONFLICT or BACKEND_DOWN as in {@link ModelSource}; UNPROCESSABLE when
  ///   the model cannot be served
  /// @throws IOException when the gateway's own disk fails
  Ready load(String variant, String model, int version, String commit) throws IOException {
    long began = System.nanoTime();
    var found = take(model, version);
    var onnx = loaded(found, model, version);
    try {
      var loaded =
          new Loaded(
              variant,
              found.file(),
              commit,
              onnx,
              time.now(),
              metrics.inferences(variant, version),
              metrics.judged(variant, version));
      long beganWarm = System.nanoTime();
      warm(loaded);
      return new Ready(
          loaded,
          Duration.ofNanos(beganWarm - began),
          Duration.ofNanos(System.nanoTime() - beganWarm));
    } catch (RuntimeException e) {
      onnx.close();
      throw e;
    }
  }

  private static Model loaded(ModelCache.Found found, String model, int version) {
    try {
      return Model.load(found.onnx());
    } catch (FaultException e) {
      throw new FaultException(
          e.fault(),
          "version %d of model '%s' (%s): %s; what serves is left as it is, register a version whose artifact can be loaded"
              .formatted(version, model, found.file().source(), e.reason()),
          e);
    }
  }

  /// Returns the version's file from the cache; fetches and caches it if it is missing.
  private ModelCache.Found take(String model, int version) throws IOException {
    fetching.lock();
    try {
      var cached = cache.find(model, version);
      if (cached.isPresent()) {
        return cached.get();
      }
      var fetched = registry.fetch(model, version);
      cache.put(fetched.file(), fetched.onnx());
      return fetched;
    } finally {
      fetching.unlock();
    }
  }

  /// Predicts batches of one and eight rows for up to 2 s, without counting them in the model's
  /// metrics.
  private void warm(Loaded loaded) {
    long began = System.nanoTime();
    for (int round = 0; round < WARM_ROUNDS; round++) {
      for (double value : WARM_VALUES) {
        warm(loaded, Rows.filled(loaded.signature(), round % 3 == 2 ? 8 : 1, value));
        if (System.nanoTime() - began > WARM_NANOS) {
          return;
        }
      }
    }
  }

  private void warm(Loaded loaded, Rows rows) {
    long began = System.nanoTime();
    try {
      deadlines.within(deadline, run -> rows.predict(loaded.model(), run));
    } catch (FaultException e) {
      throw new FaultException(
          Fault.UNPROCESSABLE,
          e.fault() == Fault.TIMED_OUT
              ? "the model loads but does not answer rows that fit its signature within %d ms (gateway.prediction_deadline); its run was ended"
                  .formatted(deadline.toMillis())
              : "the model loads but fails on rows that fit its signature: " + e.reason(),
          e);
    }
    loaded.took(System.nanoTime() - began, rows.count());
  }
}

package dev.gori.serving.gateway;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A named slot with at most one model. A swap replaces one reference: requests that hold the old
/// model finish on it, later requests get the new model, and the last request on the old model
/// frees it.
final class Variant implements AutoCloseable {

  private final String name;
  private final ConcurrencyLimiter gate;
  private final InferenceSession lane;
  private final AtomicReference<@Nullable Loaded> current = new AtomicReference<>();
  private final ReentrantLock reload = new ReentrantLock(true);
  private volatile String empty;

  Variant(String name, ConcurrencyLimiter gate, InferenceSession lane) {
    this.name = name;
    this.gate = gate;
    this.lane = lane;
    this.empty = "it was never loaded; POST /variant/%s/reload".formatted(name);
  }

  String name() {
    return name;
  }

  ConcurrencyLimiter gate() {
    return gate;
  }

  InferenceSession lane() {
    return lane;
  }

  /// The lock that serializes reloads.
  ReentrantLock reload() {
    return reload;
  }

  @Nullable Loaded current() {
    return current.get();
  }

  /// Sets the reason why the variant has no model.
  void emptyBecause(String reason) {
    this.empty = reason;
  }

  /// Why it cannot serve; null when it can.
  @Nullable String notReady() {
    return current.get() == null ? "variant %s has no model: %s".formatted(name, empty) : null;
  }

  /// The model that serves now, held until {@link #release}.
  ///
  /// @throws FaultException BACKEND_DOWN when there is none
  Loaded hold() {
    while (true) {
      var loaded = current.get();
      if (loaded == null) {
        throw new FaultException(
            Fault.BACKEND_DOWN, "variant %s has no model: %s".formatted(name, empty));
      }
      if (loaded.model().acquire()) {
        return loaded;
      }
    }
  }

  static void release(Loaded loaded) {
    loaded.model().release();
  }

  /// Replaces the model, or removes it, and closes the old model without waiting for its requests.
  void swap(@Nullable Loaded next) {
    var old = current.getAndSet(next);
    if (old != null) {
      old.model().close();
    }
  }

  @Override
  public void close() {
    emptyBecause("the gateway is stopping");
    lane.close();
    swap(null);
  }
}

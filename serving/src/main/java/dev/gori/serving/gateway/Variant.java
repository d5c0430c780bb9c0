package dev.gori.serving.gateway;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A named slot with at most one model. Swapping it is one reference: who asked before finishes on
/// the old model, who asks after gets the new one, and the old one is freed after the last of the
/// former.
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

  /// One reload at a time.
  ReentrantLock reload() {
    return reload;
  }

  @Nullable Loaded current() {
    return current.get();
  }

  /// Why there is no model.
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

  /// Puts another model in place, or none; the old one is closed, which waits for nobody.
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

package dev.gori.serving.inference;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Counts this process's active calls into ONNX Runtime: loads and runs. A process that exits
/// during a call aborts in native code, so the shutdown code calls {@link #close} first. Safe from
/// any thread.
public final class NativeCalls {

  private static final AtomicInteger UNDER_WAY = new AtomicInteger();
  private static volatile boolean closed;

  private NativeCalls() {}

  /// Begins a call; {@link #leave} ends it.
  ///
  /// @throws FaultException BACKEND_DOWN when the process is about to exit
  static void enter() {
    UNDER_WAY.incrementAndGet();
    if (closed) {
      leave();
      throw new FaultException(
          Fault.BACKEND_DOWN, "the program is stopping (expected: a request before)");
    }
  }

  static void leave() {
    UNDER_WAY.decrementAndGet();
  }

  /// Rejects new calls and waits for the active ones.
  ///
  /// @return whether all calls have ended; if not, the process must halt without its exit handlers
  public static boolean close(Duration atMost) {
    closed = true;
    long until = System.nanoTime() + atMost.toNanos();
    while (UNDER_WAY.get() > 0 && System.nanoTime() - until < 0) {
      LockSupport.parkNanos(5_000_000);
    }
    return UNDER_WAY.get() == 0;
  }

  /// The process's only environment, as ONNX Runtime requires. It prints only fatal messages:
  /// callers get failures as exceptions.
  static OrtEnvironment environment() {
    return Held.ENVIRONMENT;
  }

  private static final class Held {
    static final OrtEnvironment ENVIRONMENT = held();

    /// ONNX Runtime frees its environment in its own shutdown hook, even during loads and runs,
    /// which then abort the process. The environment counts references; this method takes one more,
    /// which keeps the environment until the process exits.
    private static OrtEnvironment held() {
      var level = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
      var environment = OrtEnvironment.getEnvironment(level, "gori");
      try {
        var api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
        var reference =
            OrtEnvironment.class.getDeclaredMethod(
                "createHandle", long.class, int.class, String.class);
        api.setAccessible(true);
        reference.setAccessible(true);
        reference.invoke(null, api.getLong(null), level.getValue(), "gori");
        return environment;
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(
            "ONNX Runtime has no OrtEnvironment.createHandle (expected: version 1.28)", e);
      }
    }
  }
}

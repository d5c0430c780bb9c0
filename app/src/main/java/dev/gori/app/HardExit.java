package dev.gori.app;

import dev.gori.serving.inference.NativeCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/// Ends this process without its exit handlers, with the C library's `_exit`. Use it when native
/// code still runs, which would abort when the exit handlers free its data. The caller must have
/// written all durable state before.
public final class HardExit {

  private static final int ENDED_BY_SIGTERM = 143;

  private HardExit() {}

  /// Waits for active model loads and runs. If one is still active after `atMost`, ends the process
  /// with the exit status of SIGTERM, because the call cannot be interrupted and a normal exit
  /// would abort. Otherwise returns, and the process may exit normally.
  public static void unlessIdle(Duration atMost) {
    if (!NativeCalls.close(atMost)) {
      with(ENDED_BY_SIGTERM);
    }
  }

  @SuppressWarnings("restricted") // one call of the C library, which does not return
  private static void with(int status) {
    var linker = Linker.nativeLinker();
    try {
      linker
          .downcallHandle(
              linker.defaultLookup().find("_exit").orElseThrow(),
              FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
          .invokeExact(status);
    } catch (Throwable e) {
      throw new IllegalStateException("_exit", e);
    }
  }
}

package dev.gori.app;

import dev.gori.serving.inference.NativeCalls;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/// Ends this process without its exit handlers, as the operating system's `_exit` does. For when
/// native code still runs that would abort while the handlers take its data away; whatever must not
/// be lost has been written before.
public final class HardExit {

  private static final int ENDED_BY_SIGTERM = 143;

  private HardExit() {}

  /// Ends the process with the status of one that SIGTERM ended, where a model is still being
  /// loaded or run after a while: that cannot be interrupted, and would abort the process when it
  /// exits under it. Otherwise returns, and the process may exit as usual.
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

package dev.gori.base.run;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a platform thread have the processor only where no other thread of the machine wants it
/// more: the nice value of the thread, which Linux keeps for each thread. The JVM ignores Java's
/// own priorities there. Elsewhere nothing changes.
final class BackgroundPriority {

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundPriority.class);

  /// About a tenth of the processor time of a thread with the usual priority, when both want it.
  private static final int NICE = 10;

  private static final int PRIO_PROCESS = 0;
  private static final int THIS_THREAD = 0;
  private static final Optional<MethodHandle> SET_PRIORITY = setPriority();

  private BackgroundPriority() {}

  @SuppressWarnings("restricted") // the launcher allows native access
  private static Optional<MethodHandle> setPriority() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    var linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("setpriority")
        .map(
            address ->
                linker.downcallHandle(
                    address, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)));
  }

  /// Applies to the calling thread, for as long as it lives.
  static void apply() {
    SET_PRIORITY.ifPresent(
        call -> {
          try {
            if ((int) call.invokeExact(PRIO_PROCESS, THIS_THREAD, NICE) != 0) {
              LOG.debug("setpriority: refused; queries have the usual priority");
            }
          } catch (Throwable e) {
            throw new IllegalStateException("setpriority", e);
          }
        });
  }
}

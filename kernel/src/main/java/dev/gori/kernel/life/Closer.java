package dev.gori.kernel.life;

import java.util.ArrayDeque;
import java.util.Deque;

/// Closes resources in reverse order and reports every failure by name, not only the first.
public final class Closer implements AutoCloseable {

  private record Step(String name, AutoCloseable what) {}

  private final Deque<Step> steps = new ArrayDeque<>();

  public synchronized <T extends AutoCloseable> T add(String name, T what) {
    steps.push(new Step(name, what));
    return what;
  }

  /// Closes all resources after a failed start; attaches close failures to the cause as suppressed
  /// exceptions.
  public void closeAfter(Throwable cause) {
    try {
      close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public synchronized void close() {
    var failed = new IllegalStateException("shutdown was not clean");
    while (!steps.isEmpty()) {
      var step = steps.pop();
      try {
        step.what().close();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        failed.addSuppressed(new IllegalStateException("closing " + step.name(), e));
      }
    }
    if (failed.getSuppressed().length > 0) {
      throw failed;
    }
  }
}

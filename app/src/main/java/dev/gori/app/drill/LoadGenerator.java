package dev.gori.app.drill;

import dev.gori.app.running.RunningEnvironment;
import dev.gori.kernel.fault.FaultException;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Sends requests to a gateway at a steady rate until it is closed. Each sender waits for its
/// response before it sends again, so a slow model gets fewer requests.
final class LoadGenerator implements AutoCloseable {

  private static final int SENDERS = 4;
  private static final Duration LONGEST = Duration.ofMinutes(15);

  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final Thread[] senders = new Thread[SENDERS];

  private LoadGenerator(RunningEnvironment environment, int perSecond, int width) {
    for (int i = 0; i < SENDERS; i++) {
      int sender = i;
      senders[i] =
          Thread.ofVirtual()
              .name("drill-load-" + i)
              .start(() -> send(environment, perSecond, width, sender));
    }
  }

  static LoadGenerator on(RunningEnvironment environment, int perSecond, int width) {
    return new LoadGenerator(environment, perSecond, width);
  }

  private void send(RunningEnvironment environment, int perSecond, int width, int sender) {
    var random = new SplittableRandom(sender);
    long pause = 1_000_000_000L * SENDERS / perSecond;
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!stopped.get() && System.nanoTime() < end) {
      long next = System.nanoTime() + pause;
      var row = random.doubles(width, 1, 100).toArray();
      try {
        environment
            .gateway()
            .predict(new double[][] {row}, Optional.of("drill-" + random.nextInt(1_000)));
        answered.incrementAndGet();
      } catch (FaultException _) {
        failed.incrementAndGet();
      }
      LockSupport.parkNanos(next - System.nanoTime());
    }
  }

  long answered() {
    return answered.get();
  }

  long failed() {
    return failed.get();
  }

  @Override
  public void close() {
    stopped.set(true);
    for (var sender : senders) {
      try {
        sender.join(Duration.ofSeconds(20));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}

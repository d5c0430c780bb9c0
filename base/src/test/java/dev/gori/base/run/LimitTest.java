package dev.gori.base.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LimitTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void whoFindsNoPlaceWaitsAndNoMoreRunThanMay() throws Exception {
    var limit = new ConcurrencyLimit("query", 3, 100);
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 50; i++) {
        all.add(
            threads.submit(
                () ->
                    limit.run(
                        LONG,
                        () -> {
                          most.accumulateAndGet(running.incrementAndGet(), Math::max);
                          Thread.yield();
                          return running.getAndDecrement();
                        })));
      }
      for (var one : all) {
        assertThat(one.get(20, TimeUnit.SECONDS)).isBetween(1, 3);
      }
    }
    assertThat(most.get()).isBetween(1, 3);
  }

  @Test
  void whoWaitsTooLongAndWhoFindsTooManyWaitingAreTold() throws Exception {
    var limit = new ConcurrencyLimit("query", 1, 1);
    var began = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first =
          threads.submit(
              () ->
                  limit.run(
                      LONG,
                      () -> {
                        began.countDown();
                        return end.await(20, TimeUnit.SECONDS);
                      }));
      began.await();
      assertThatThrownBy(() -> limit.run(Duration.ofMillis(5), () -> true))
          .isInstanceOfSatisfying(
              FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.TIMED_OUT))
          .hasMessageContaining(
              "query timed out in query queue: none of 1 places became free within 5 ms");
      var none = new ConcurrencyLimit("query", 1, 0);
      none.run(
          LONG,
          () -> {
            assertThatThrownBy(() -> none.run(LONG, () -> true))
                .isInstanceOfSatisfying(
                    FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.TOO_BUSY))
                .hasMessageContaining(
                    "query refused: 1 run at once and 0 wait, which are the limits; try again later");
            return true;
          });
      end.countDown();
      assertThat(first.get(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(limit.run(LONG, () -> 7)).isEqualTo(7);
  }
}

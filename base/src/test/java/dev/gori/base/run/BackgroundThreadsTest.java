package dev.gori.base.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BackgroundThreadsTest {

  private final BackgroundThreads threads = new BackgroundThreads();

  @Test
  void aLoopThatFailsWithAnErrorIsStartedAgainAndSaysSo() throws Exception {
    var items = new ArrayBlockingQueue<Runnable>(10);
    var worked = new CountDownLatch(1);
    var thread =
        threads.start(
            "taker",
            () -> {
              while (true) {
                items.take().run();
              }
            });
    assertThat(threads.states())
        .containsExactly(new BackgroundThreads.State("taker", true, 0, null));
    items.add(
        () -> {
          throw new OutOfMemoryError("made for the test");
        });
    items.add(worked::countDown);
    assertThat(worked.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(threads.states())
        .containsExactly(new BackgroundThreads.State("taker", false, 1, null));
    assertThat(threads.dead()).isEmpty();
    assertThat(thread.stop(Duration.ofSeconds(10))).isTrue();
    assertThat(threads.states()).isEmpty();
  }

  @Test
  void aLoopThatFailsAgainAndAgainIsDead() throws Exception {
    var rounds = new CountDownLatch(4);
    var thread =
        threads.start(
            "broken",
            () -> {
              rounds.countDown();
              throw new IllegalStateException("no disk");
            });
    assertThat(rounds.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(threads.dead())
        .singleElement()
        .asString()
        .startsWith("thread broken does no work for ")
        .endsWith("java.lang.IllegalStateException: no disk");
    thread.stop(Duration.ofSeconds(10));
  }
}

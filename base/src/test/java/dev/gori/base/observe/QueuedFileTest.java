package dev.gori.base.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.FileAppender;
import dev.gori.base.run.BackgroundThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log whose file cannot be written stops nobody.
final class QueuedFileTest {

  private static final int ROOM = 10;

  @TempDir Path folder;

  private final LoggerContext context = new LoggerContext();
  private final BackgroundThreads threads = new BackgroundThreads();
  private final CountDownLatch writable = new CountDownLatch(1);
  private final AtomicInteger written = new AtomicInteger();
  private volatile boolean failsOnce;
  private AsyncFileAppender queue;

  @BeforeEach
  void open() {
    context.setMDCAdapter(new LogbackMDCAdapter());
    var file =
        new FileAppender<ILoggingEvent>() {
          @Override
          public void doAppend(ILoggingEvent event) {
            try {
              writable.await();
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt(); // asked to end: writable by now
            }
            if (failsOnce) {
              failsOnce = false;
              throw new OutOfMemoryError("made for the test");
            }
            written.incrementAndGet();
          }
        };
    file.setContext(context);
    file.setName("full");
    file.setFile(folder.resolve("full.log").toString());
    var encoder = new JsonLinesEncoder();
    encoder.setContext(context);
    encoder.start();
    file.setEncoder(encoder);
    queue = new AsyncFileAppender(file, ROOM, Duration.ofSeconds(5), threads);
    queue.setContext(context);
    queue.start();
  }

  @AfterEach
  void close() {
    writable.countDown();
    queue.stop();
    context.stop();
  }

  @Test
  void aFileThatCannotBeWrittenCostsItsLinesAndNotItsCallers() {
    long began = System.nanoTime();
    for (int i = 0; i < 1_000; i++) {
      log();
    }
    assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(3));
    assertThat(queue.dropped()).isBetween(1_000L - 2 * ROOM, 1_000L - ROOM);
    writable.countDown();
    queue.stop();
    assertThat(written.get() + queue.dropped()).isEqualTo(1_000);
  }

  @Test
  void anErrorWhileWritingDoesNotEndTheWriter() {
    failsOnce = true;
    writable.countDown();
    log();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (threads.states().getFirst().failures() == 0 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertThat(threads.states().getFirst().failures()).isEqualTo(1);
    log();
    queue.stop();
    assertThat(written.get()).isEqualTo(1);
    assertThat(queue.dropped()).isEqualTo(1);
  }

  private void log() {
    var event = new LoggingEvent();
    event.setLoggerContext(context);
    event.setMessage("a line");
    event.setLevel(ch.qos.logback.classic.Level.INFO);
    queue.doAppend(event);
  }
}

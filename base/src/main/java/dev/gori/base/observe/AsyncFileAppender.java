package dev.gori.base.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.gori.base.run.BackgroundThreads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Writes events to a file by a thread of its own, from a bounded queue. A caller that finds it
/// full waits for a short time; when there is no room then, its event is dropped and counted, and
/// so are those after it, without waiting, until there is room again: a log that cannot be written
/// stops nobody.
///
/// The file is flushed after all that was queued has been written, not after each line: under load
/// that is one system call for many lines, and without load every line is in the file immediately.
/// Stopping writes what is queued.
final class AsyncFileAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

  private static final int BATCH = 512;
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

  private final FileAppender<ILoggingEvent> file;
  private final BackgroundThreads threads;
  private final Duration longestStop;
  private final BlockingQueue<ILoggingEvent> queue;
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean dropping;
  private volatile boolean stopping;
  private BackgroundThreads.@Nullable Running writer;

  /// @param file not yet started, and not to be used by anyone else
  AsyncFileAppender(
      FileAppender<ILoggingEvent> file, int room, Duration longestStop, BackgroundThreads threads) {
    this.file = file;
    this.threads = threads;
    this.longestStop = longestStop;
    this.queue = new ArrayBlockingQueue<>(room);
  }

  @Override
  public void start() {
    file.setImmediateFlush(false);
    file.start();
    writer = threads.start("log-" + file.getName(), this::write);
    super.start();
  }

  /// Events that found no room.
  long dropped() {
    return dropped.get();
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    if (!queue.offer(event) && (dropping || !waitsForRoom(event))) {
      dropping = true;
      dropped.incrementAndGet();
    } else {
      dropping = false;
    }
  }

  private boolean waitsForRoom(ILoggingEvent event) {
    try {
      return queue.offer(event, LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void write() throws InterruptedException {
    var batch = new ArrayList<ILoggingEvent>(BATCH);
    try {
      while (!stopping || !queue.isEmpty()) {
        batch.add(queue.take());
        queue.drainTo(batch, BATCH - 1);
        writeAll(batch);
        batch.clear();
      }
    } catch (InterruptedException e) {
      if (!stopping) {
        throw e;
      }
      while (queue.drainTo(batch) > 0) {
        writeAll(batch);
        batch.clear();
      }
    }
  }

  private void writeAll(List<ILoggingEvent> batch) {
    int written = 0;
    try {
      for (var event : batch) {
        file.doAppend(event);
        written++;
      }
    } finally {
      dropped.addAndGet(batch.size() - written);
    }
    try {
      var stream = file.getOutputStream();
      if (stream != null) {
        stream.flush();
      }
    } catch (IOException e) {
      addError("flushing " + file.getFile(), e);
    }
  }

  @Override
  public void stop() {
    if (!isStarted()) {
      return;
    }
    super.stop();
    stopping = true;
    var thread = writer;
    if (thread != null) {
      thread.stop(longestStop);
    }
    file.stop();
  }
}

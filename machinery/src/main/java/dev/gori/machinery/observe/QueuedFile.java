package dev.gori.machinery.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/// Writes events to a file by a thread of its own, from a bounded queue; when that is full the
/// caller waits, nothing is dropped.
///
/// The file is flushed after all that was queued has been written, not after each line: under load
/// that is one system call for many lines, and when it is quiet every line is in the file at once.
/// Stopping writes what is queued.
final class QueuedFile extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final int BATCH = 512;

    private final FileAppender<ILoggingEvent> file;
    private final long longestStopMillis;
    private final BlockingQueue<ILoggingEvent> queue;
    private volatile boolean stopping;
    private @Nullable Thread writer;

    /// @param file not yet started, and not to be used by anyone else
    QueuedFile(FileAppender<ILoggingEvent> file, int room, long longestStopMillis) {
        this.file = file;
        this.longestStopMillis = longestStopMillis;
        this.queue = new ArrayBlockingQueue<>(room);
    }

    @Override
    public void start() {
        file.setImmediateFlush(false);
        file.start();
        writer = Thread.ofPlatform().name("log-" + file.getName()).daemon().start(this::write);
        super.start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    queue.put(event);
                    return;
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void write() {
        var batch = new ArrayList<ILoggingEvent>(BATCH);
        try {
            while (!stopping || !queue.isEmpty()) {
                batch.add(queue.take());
                queue.drainTo(batch, BATCH - 1);
                writeAll(batch);
                batch.clear();
            }
        } catch (InterruptedException _) {
            while (queue.drainTo(batch) > 0) {
                writeAll(batch);
                batch.clear();
            }
        }
    }

    private void writeAll(List<ILoggingEvent> batch) {
        batch.forEach(file::doAppend);
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
            thread.interrupt();
            try {
                thread.join(longestStopMillis);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        file.stop();
    }
}

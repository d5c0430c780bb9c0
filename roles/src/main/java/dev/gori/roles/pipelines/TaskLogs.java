package dev.gori.roles.pipelines;

import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.time.Time;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// A file for each attempt of each task, `RUN/TASK/ATTEMPT.log`, that can be read while it grows.
final class TaskLogs {

    private static final int CHUNK = 64 << 10;

    private final Path folder;
    private final Bytes longest;
    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();

    TaskLogs(Path folder, Bytes longest, Time time) {
        this.folder = folder;
        this.longest = longest;
        this.time = time;
    }

    Path file(String run, String task, int attempt) {
        return folder.resolve(run).resolve(task).resolve(attempt + ".log");
    }

    Writer open(String run, String task, int attempt) throws IOException {
        var file = file(run, task, attempt);
        Files.createDirectories(file.getParent());
        return new Writer(new FileOutputStream(file.toFile(), true), Files.size(file));
    }

    /// Writes an attempt's log out; with `live` also what is added, until that says no more will
    /// come.
    void copy(String run, String task, int attempt, BooleanSupplier live, OutputStream out)
            throws IOException {
        var path = file(run, task, attempt);
        if (!Files.exists(path) && !live.getAsBoolean()) {
            throw FaultException.notFound(
                    "run '%s', task '%s': no log of attempt %d".formatted(run, task, attempt));
        }
        long at = 0;
        while (true) {
            boolean more = live.getAsBoolean();
            at += copyFrom(path, at, out);
            if (!more) {
                return;
            }
            out.flush();
            awaitGrowth();
        }
    }

    private static long copyFrom(Path path, long from, OutputStream out) throws IOException {
        if (!Files.exists(path)) {
            return 0;
        }
        try (var file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(from);
            var chunk = new byte[CHUNK];
            long copied = 0;
            for (int n = file.read(chunk); n > 0; n = file.read(chunk)) {
                out.write(chunk, 0, n);
                copied += n;
            }
            return copied;
        }
    }

    @SuppressWarnings(
            "WaitNotInLoop") // the caller reads again, and waits again when there was nothing
    private void awaitGrowth() throws IOException {
        lock.lock();
        try {
            grown.await(500, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while following a log", e);
        } finally {
            lock.unlock();
        }
    }

    private void tellFollowers() {
        lock.lock();
        try {
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Takes the lines of one attempt. What goes over the limit is left out, with a line that says
    /// so. Safe for several threads.
    final class Writer implements Consumer<String>, AutoCloseable {
        private final FileOutputStream file;
        private long size;
        private boolean full;

        private Writer(FileOutputStream file, long size) {
            this.file = file;
            this.size = size;
            this.full = size >= longest.count();
        }

        @Override
        public synchronized void accept(String text) {
            if (full) {
                return;
            }
            var line = (time.now() + " " + text + "\n").getBytes(StandardCharsets.UTF_8);
            if (size + line.length > longest.count()) {
                full = true;
                line =
                        "%s the log ends here: it has reached %s\n"
                                .formatted(time.now(), longest)
                                .getBytes(StandardCharsets.UTF_8);
            }
            try {
                file.write(line);
            } catch (IOException e) {
                throw new UncheckedIOException("task log: " + e.getMessage(), e);
            }
            size += line.length;
            tellFollowers();
        }

        @Override
        public synchronized void close() {
            full = true;
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException("task log: " + e.getMessage(), e);
            }
            tellFollowers();
        }
    }
}

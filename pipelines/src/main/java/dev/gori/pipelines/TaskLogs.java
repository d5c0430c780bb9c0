package dev.gori.pipelines;

import dev.gori.base.observe.LogText;
import dev.gori.base.observe.SecretMask;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.time.Time;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;

/// Log files of attempts, `RUN/TASK/ATTEMPT.log`; a reader can follow a file while it grows.
final class TaskLogs {

  private static final int CHUNK = 64 << 10;

  private final Path folder;
  private final Bytes longest;
  private final Time time;
  private final Logger log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition grown = lock.newCondition();

  TaskLogs(Path folder, Bytes longest, Time time, Logger log) {
    this.folder = folder;
    this.longest = longest;
    this.time = time;
    this.log = log;
  }

  Path file(String run, String task, int attempt) {
    return folder.resolve(run).resolve(task).resolve(attempt + ".log");
  }

  /// @param mask replaces secrets in each line
  Writer open(String run, String task, int attempt, SecretMask mask) throws IOException {
    var file = file(run, task, attempt);
    Files.createDirectories(file.getParent());
    return new Writer(file, new FileOutputStream(file.toFile(), true), Files.size(file), mask);
  }

  /// Copies an attempt's log to a stream, and follows the log until `live` returns false.
  ///
  /// @throws FaultException NOT_FOUND when the attempt has no log and is not live
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

  @SuppressWarnings("WaitNotInLoop") // the caller loops: it reads again and, if nothing came, waits
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

  /// Writes the log of one attempt. Lines over the size limit are dropped, and a last line reports
  /// this; lines that the disk does not accept are dropped, and the next written line reports their
  /// number. Each text becomes one line of the file, with line breaks escaped and known secrets
  /// masked. Safe for concurrent use.
  final class Writer implements Consumer<String>, AutoCloseable {
    private final Path path;
    private final FileOutputStream file;
    private final SecretMask mask;
    private long size;
    private long lost;
    private boolean full;

    private Writer(Path path, FileOutputStream file, long size, SecretMask mask) {
      this.path = path;
      this.file = file;
      this.size = size;
      this.mask = mask;
      this.full = size >= longest.count();
    }

    SecretMask mask() {
      return mask;
    }

    @Override
    public synchronized void accept(String text) {
      if (full) {
        return;
      }
      var line = line(LogText.oneLine(mask.mask(text)));
      if (size + line.length > longest.count()) {
        full = true;
        line = line("the log ends here: it has reached " + longest);
      }
      try {
        if (lost > 0) {
          write(line("%d lines are missing here: they could not be written".formatted(lost)));
          lost = 0;
        }
        write(line);
      } catch (IOException e) {
        if (lost++ == 0) {
          log.error("task log={} is not written: {}", path, e.getMessage());
        }
      }
      tellFollowers();
    }

    private byte[] line(String text) {
      return (time.now() + " " + text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void write(byte[] line) throws IOException {
      file.write(line);
      size += line.length;
    }

    @Override
    public synchronized void close() {
      full = true;
      try {
        file.close();
      } catch (IOException e) {
        log.error("task log={} is not closed: {}", path, e.getMessage());
      }
      tellFollowers();
    }
  }
}

package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The body of a download, with a minimum transfer rate and a maximum length.
///
/// The whole body may take `patience`, and a second more for every {@value #BYTES_A_SECOND} bytes
/// that arrived. Beyond that the connection is closed, also while a read waits. For one reader.
public final class DownloadStream extends FilterInputStream {

  /// The least pace, in bytes a second.
  public static final long BYTES_A_SECOND = 64 << 10;

  private final Duration patience;
  private final long longest;
  private final Runnable abort;
  private final long began = System.nanoTime();
  private final AtomicLong taken = new AtomicLong();
  private volatile boolean late;
  private volatile boolean closed;

  private DownloadStream(InputStream body, Duration patience, long longest, Runnable abort) {
    super(body);
    this.patience = patience;
    this.longest = longest;
    this.abort = abort;
  }

  /// @param announced how long the sender says that the body is; negative when it does not
  /// @param longest the most bytes to take
  /// @param abort cuts the connection, from another thread than the reader's
  /// @throws FaultException `TOO_LARGE` when more than that is announced; the connection is cut
  public static DownloadStream of(
      InputStream body, Duration patience, long announced, long longest, Runnable abort) {
    if (announced > longest) {
      abort.run();
      throw new FaultException(
          Fault.TOO_LARGE, "%d bytes (expected: at most %d)".formatted(announced, longest));
    }
    var paced = new DownloadStream(body, patience, longest, abort);
    paced.watch();
    return paced;
  }

  /// How long `bytes` may take.
  public static Duration within(Duration patience, long bytes) {
    return patience.plusSeconds(bytes / BYTES_A_SECOND);
  }

  private void watch() {
    long left = within(patience, taken.get()).toNanos() - (System.nanoTime() - began);
    CompletableFuture.delayedExecutor(Math.max(1, left), TimeUnit.NANOSECONDS)
        .execute(
            () -> {
              if (closed) {
                return;
              }
              if (isLate()) {
                late = true;
                abort.run();
              } else {
                watch();
              }
            });
  }

  private boolean isLate() {
    return System.nanoTime() - began >= within(patience, taken.get()).toNanos();
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int count;
    try {
      count = super.read(into, from, length);
    } catch (IOException e) {
      throw late ? tooSlow(e) : e;
    }
    if (late || isLate()) {
      throw tooSlow(null);
    }
    if (count > 0) {
      if (taken.addAndGet(count) > longest) {
        throw new IOException("more than %d bytes (expected: at most that)".formatted(longest));
      }
    }
    return count;
  }

  private IOException tooSlow(@Nullable IOException cause) {
    var slow =
        new SocketTimeoutException(
            "%d bytes in %d ms (expected: at least %d bytes a second)"
                .formatted(
                    taken.get(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
                    BYTES_A_SECOND));
    slow.initCause(cause);
    return slow;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    super.close();
  }
}

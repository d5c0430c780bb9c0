package dev.gori.clients.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;

/// Makes calls of the SDK interruptible. Reading from a socket ignores the interrupt of a platform
/// thread, and closes the socket at that of a virtual thread. A call from a platform thread
/// therefore runs on a virtual one, which is interrupted with it.
final class InterruptibleCall {

  private InterruptibleCall() {}

  /// @throws InterruptedException when the caller is; the call then ends on its own
  static <T extends @Nullable Object> T call(Callable<T> call) throws Exception {
    if (Thread.currentThread().isVirtual()) {
      return call.call();
    }
    var answer = new CompletableFuture<T>();
    var thread =
        Thread.ofVirtual()
            .name("s3 call of " + Thread.currentThread().getName())
            .start(
                () -> {
                  try {
                    answer.complete(call.call());
                  } catch (Throwable e) {
                    answer.completeExceptionally(e);
                  }
                });
    try {
      return answer.get();
    } catch (InterruptedException e) {
      thread.interrupt();
      var _ = answer.thenAccept(InterruptibleCall::letGo);
      throw e;
    } catch (ExecutionException e) {
      switch (Objects.requireNonNull(e.getCause())) {
        case Error error -> throw error;
        case Exception exception -> throw exception;
        case Throwable other -> throw e;
      }
    }
  }

  /// An answer that nobody waits for any more may hold a connection.
  private static void letGo(@Nullable Object answer) {
    if (answer instanceof ResponseInputStream<?> body) {
      body.abort();
    }
  }

  /// An object's bytes. An interrupt ends the reading with an {@link InterruptedIOException};
  /// closing before the end gives up the connection instead of reading the rest.
  static final class Body extends InputStream {

    private static final int CHUNK = 64 << 10;

    private final String what;
    private final InputStream in;
    private final Runnable abort;
    private final byte[] chunk = new byte[CHUNK];
    private int from;
    private int to;

    /// @param what for messages, such as `get s3://bucket/key`
    /// @param abort gives up the connection
    Body(String what, InputStream in, Runnable abort) {
      this.what = what;
      this.in = in;
      this.abort = abort;
    }

    @Override
    public int read() throws IOException {
      return isAtEnd() ? -1 : chunk[from++] & 0xff;
    }

    @Override
    public int read(byte[] target, int at, int length) throws IOException {
      Objects.checkFromIndexSize(at, length, target.length);
      if (length == 0) {
        return 0;
      }
      if (isAtEnd()) {
        return -1;
      }
      int n = Math.min(length, to - from);
      System.arraycopy(chunk, from, target, at, n);
      from += n;
      return n;
    }

    private boolean isAtEnd() throws IOException {
      if (from < to) {
        return false;
      }
      if (to < 0) {
        return true;
      }
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted();
      }
      try {
        to = call(() -> in.read(chunk));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        throw interrupted();
      } catch (IOException | RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IOException(what + ": " + e.getMessage(), e);
      }
      from = 0;
      return to < 0;
    }

    private InterruptedIOException interrupted() {
      return new InterruptedIOException(what + ": interrupted while reading");
    }

    @Override
    public void close() throws IOException {
      if (to >= 0) {
        abort.run();
      }
      in.close();
    }
  }
}

package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import java.util.concurrent.atomic.AtomicLong;

/// How many bytes of request bodies one port holds in memory at a time, those that are still
/// arriving included. Callers without a token share one half, so that they cannot take what those
/// with one need.
final class BodyBudget {

  private final long most;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong takenByOpenCalls = new AtomicLong();

  BodyBudget(Bytes most) {
    this.most = most.count();
  }

  /// What one request has taken; it belongs to the request's thread.
  final class Share {
    private final boolean trusted;
    private long bytes;

    private Share(boolean trusted) {
      this.trusted = trusted;
    }

    /// @throws FaultException TOO_BUSY when the budget has no room for these bytes
    void take(long more) {
      if (!reserve(taken, more, most)) {
        throw exhausted(most);
      }
      if (!trusted && !reserve(takenByOpenCalls, more, most / 2)) {
        taken.addAndGet(-more);
        throw exhausted(most / 2);
      }
      bytes += more;
    }

    void giveBack() {
      taken.addAndGet(-bytes);
      if (!trusted) {
        takenByOpenCalls.addAndGet(-bytes);
      }
      bytes = 0;
    }
  }

  /// @param trusted whether the request has shown the token
  Share share(boolean trusted) {
    return new Share(trusted);
  }

  long taken() {
    return taken.get();
  }

  private static boolean reserve(AtomicLong taken, long more, long most) {
    if (taken.addAndGet(more) <= most) {
      return true;
    }
    taken.addAndGet(-more);
    return false;
  }

  private static FaultException exhausted(long most) {
    return new FaultException(
        Fault.TOO_BUSY,
        "body: the requests that are being read hold %d bytes together, which is the limit (expected: fewer or smaller ones at a time); try again later"
            .formatted(most));
  }
}

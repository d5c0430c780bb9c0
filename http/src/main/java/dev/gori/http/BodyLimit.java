package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import java.util.function.LongConsumer;

/// The longest body of one request, and the budget from which a decoded body takes its memory.
final class BodyLimit {

  private final long most;
  private final String advice;
  private final LongConsumer budget;
  private long reserved = Routes.SMALL_BODY.count(); // which costs nothing, as on the wire

  /// @param most bytes
  /// @param advice what to do about a longer body; may be empty
  /// @param budget takes bytes before they are held in memory
  BodyLimit(long most, String advice, LongConsumer budget) {
    this.most = Math.min(Integer.MAX_VALUE - 8, most);
    this.advice = advice;
    this.budget = budget;
  }

  /// A limit without a budget.
  static BodyLimit of(Bytes most) {
    return new BodyLimit(most.count(), "", _ -> {});
  }

  int most() {
    return (int) most;
  }

  /// Makes sure of room for a decoded body.
  ///
  /// @param total bytes of the whole body, including what was reserved before
  /// @throws FaultException TOO_LARGE beyond the limit, TOO_BUSY when the budget has no room
  void reserve(long total) {
    if (total > most) {
      throw exceeded("more than " + most + " bytes");
    }
    if (total > reserved) {
      budget.accept(total - reserved);
      reserved = total;
    }
  }

  FaultException exceeded(String what) {
    return new FaultException(
        Fault.TOO_LARGE,
        "body: %s (expected: at most %d bytes%s)"
            .formatted(what, most, advice.isEmpty() ? "" : "; " + advice));
  }
}

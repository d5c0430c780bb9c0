package dev.gori.http;

import dev.gori.kernel.id.Bytes;
import java.time.Duration;

/// What the queries of one port may use. Those with the environment's token and those without have
/// as many threads and places each.
///
/// @param threads how many queries run at the same time
/// @param waiting how many more may wait for a thread; what comes then is refused with 429
/// @param timeout of one query, its wait included; a protocol's own `timeout` can only shorten it
/// @param answer the largest answer, as it is sent
/// @param held all answers together that are not sent yet
/// @param sending how long a client may take to receive an answer
public record QueryLimits(
    int threads, int waiting, Duration timeout, Bytes answer, Bytes held, Duration sending) {

  /// Half of the processors compute queries, so that two of them leave one for predictions.
  public static final QueryLimits DEFAULTS =
      new QueryLimits(
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
          100,
          Duration.ofMinutes(2),
          Bytes.mebi(16),
          Bytes.mebi(48),
          Duration.ofMinutes(1));

  public QueryLimits {
    if (threads < 1
        || waiting < 1
        || !timeout.isPositive()
        || answer.count() < 1
        || held.compareTo(answer) < 0
        || !sending.isPositive()) {
      throw new IllegalArgumentException(
          "query limits: %d threads, %d waiting, timeout %s, answer %s, held %s, sending %s (expected: all above zero, held at least as much as one answer)"
              .formatted(threads, waiting, timeout, answer, held, sending));
    }
  }
}

package dev.gori.delivery.rollout;

/// A sequential test of whether requests fail with a probability over a limit. Callers may evaluate
/// it after every request, any number of times: for a version whose requests fail with a
/// probability up to the limit, it ever finds `Over` with a probability of at most {@link
/// #ERROR_RATE}.
///
/// The statistic is a likelihood ratio of the counts, mixed over alternatives at 1.5, 3, 6, … times
/// the limit and at 1. At or below the limit it is a nonnegative supermartingale that starts at 1,
/// so it reaches `1 / ERROR_RATE` with a probability of at most `ERROR_RATE` (Ville's inequality;
/// see Robbins, Annals of Mathematical Statistics 41, 1970, and Howard, Ramdas, McAuliffe, Sekhon,
/// Annals of Statistics 49, 2021).
///
/// @param limit the tolerated probability of a failure, 0 to 1; at 1 no share is over it
public record SequentialErrorAnalysis(double limit) {

  /// The maximum probability of rolling back a version that keeps the limit.
  public static final double ERROR_RATE = 0.01;

  /// The minimum number of requests for `Over`; if all of at least so many requests failed, the
  /// finding is `Over`.
  public static final int FIRST = 5;

  private static final double ENOUGH = -Math.log(ERROR_RATE);
  private static final long MOST_FORESEEN = 100_000;

  public SequentialErrorAnalysis {
    if (!(limit >= 0 && limit <= 1)) {
      throw new IllegalArgumentException("limit: %s (expected: 0 to 1)".formatted(limit));
    }
  }

  /// The result of the test.
  public sealed interface Finding {

    /// The share of failures is not over the limit.
    record Within() implements Finding {}

    /// The share is over the limit, but in so few requests that it may be chance.
    ///
    /// @param clearing how many more requests without a failure bring the share back to the limit
    /// @param deciding about how many more requests with the same share show that it is over
    record Unclear(long clearing, long deciding) implements Finding {}

    /// Requests fail more often than the limit allows.
    record Over() implements Finding {}
  }

  /// @param requests the number of requests, 0 or more
  /// @param failures the number of those requests that failed
  public Finding find(long requests, long failures) {
    if (failures <= limit * requests) {
      return new Finding.Within();
    }
    if (isOver(requests, failures)) {
      return new Finding.Over();
    }
    return new Finding.Unclear(clearing(requests, failures), deciding(requests, failures));
  }

  private boolean isOver(long requests, long failures) {
    return requests >= FIRST && (failures == requests || logRatio(requests, failures) >= ENOUGH);
  }

  /// The logarithm of the mixed likelihood ratio.
  private double logRatio(long requests, long failures) {
    if (limit == 0) {
      return failures > 0 ? Double.POSITIVE_INFINITY : 0;
    }
    double largest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int alternatives = 0;
    for (double p = 1.5 * limit; ; p *= 2) {
      double alternative = Math.min(p, 1);
      double log = logRatio(requests, failures, alternative);
      alternatives++;
      if (log > largest) {
        sum = sum * Math.exp(largest - log) + 1;
        largest = log;
      } else if (log > Double.NEGATIVE_INFINITY) {
        sum += Math.exp(log - largest);
      }
      if (alternative == 1) {
        return largest + Math.log(sum / alternatives);
      }
    }
  }

  private double logRatio(long requests, long failures, double alternative) {
    long answered = requests - failures;
    double log = failures * Math.log(alternative / limit);
    return answered == 0 ? log : log + answered * Math.log((1 - alternative) / (1 - limit));
  }

  private long clearing(long requests, long failures) {
    return limit == 0 ? Long.MAX_VALUE : (long) Math.ceil(failures / limit - 1e-9) - requests;
  }

  private long deciding(long requests, long failures) {
    double share = (double) failures / requests;
    for (long more = 1; more < MOST_FORESEEN; more += 1 + more / 20) {
      if (isOver(requests + more, failures + Math.round(more * share))) {
        return more;
      }
    }
    return MOST_FORESEEN;
  }
}

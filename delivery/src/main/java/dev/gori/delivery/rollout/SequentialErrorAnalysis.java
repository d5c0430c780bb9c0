package dev.gori.delivery.rollout;

/// A sequential test of whether requests fail with a probability over a limit. It may be asked
/// after every request, for as long as one likes: a version whose requests fail with a probability
/// up to the limit is called `Over` at any time with a probability of at most {@link #ERROR_RATE}.
///
/// The statistic is a likelihood ratio of the counts, mixed over alternatives at 1.5, 3, 6, … times
/// the limit and at 1. At or below the limit it is a nonnegative supermartingale that starts at 1,
/// so it reaches `1 / ERROR_RATE` with a probability of at most `ERROR_RATE` (Ville's inequality;
/// see Robbins, Annals of Mathematical Statistics 41, 1970, and Howard, Ramdas, McAuliffe, Sekhon,
/// Annals of Statistics 49, 2021).
///
/// @param limit the tolerated probability of a failure, 0 to 1; at 1 nothing is ever over
public record SequentialErrorAnalysis(double limit) {

  /// The longest run of luck that may roll a version back that keeps the limit.
  public static final double ERROR_RATE = 0.01;

  /// No verdict against a version before so many requests; when all of them failed, that is one.
  public static final int FIRST = 5;

  private static final double ENOUGH = -Math.log(ERROR_RATE);
  private static final long MOST_FORESEEN = 100_000;

  public SequentialErrorAnalysis {
    if (!(limit >= 0 && limit <= 1)) {
      throw new IllegalArgumentException("limit: %s (expected: 0 to 1)".formatted(limit));
    }
  }

  /// What some counts show.
  public sealed interface Finding {

    /// The share of failures is not over the limit.
    record Within() implements Finding {}

    /// The share is over the limit, which so few requests may show by chance.
    ///
    /// @param clearing how many more requests without a failure bring the share back to the limit
    /// @param deciding about how many more requests with the same share show that it is over
    record Unclear(long clearing, long deciding) implements Finding {}

    /// Requests fail more often than the limit allows.
    record Over() implements Finding {}
  }

  /// @param requests all of them, 0 or more
  /// @param failures those of them that failed
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

package dev.gori.training;

import dev.gori.kernel.fault.FaultException;
import java.util.Map;
import java.util.TreeMap;

/// What is to be trained.
///
/// @param algorithm by its name in a pipeline file
/// @param parameters of the algorithm; each one's default and limits stand at the algorithm. An
///   unknown one is refused
/// @param seed decides the split and every random choice: the same seed and table give the same
///   model, byte for byte
/// @param testShare of the rows that are kept for the scores, 0 to 1 exclusive
public record TrainingRequest(
    Algorithm algorithm, Map<String, String> parameters, long seed, double testShare) {

  public static final double DEFAULT_TEST_SHARE = 0.2;

  /// What can be trained.
  public enum Algorithm {
    /// A linear model on standardised features (Tribuo). Parameters: `epochs` 20, `learning_rate`
    /// 0.1, `batch_size` 32.
    LOGISTIC_REGRESSION("logistic_regression"),
    /// Trees, each of which mends the ones before (XGBoost). Parameters: `rounds` 60, `max_depth`
    /// 4, `learning_rate` 0.2, `min_child_weight` 1, `subsample` 1, `lambda` 1.
    GRADIENT_BOOSTED_TREES("gradient_boosted_trees");

    private final String text;

    Algorithm(String text) {
      this.text = text;
    }

    /// The name in a pipeline file.
    public String text() {
      return text;
    }

    public static Algorithm of(String text) {
      for (var algorithm : values()) {
        if (algorithm.text.equals(text)) {
          return algorithm;
        }
      }
      throw FaultException.badRequest(
          "algorithm: '%s' (expected: logistic_regression or gradient_boosted_trees)"
              .formatted(text));
    }
  }

  public TrainingRequest {
    parameters = Map.copyOf(new TreeMap<>(parameters));
    if (!(testShare > 0 && testShare < 1)) {
      throw FaultException.badRequest(
          "test_share: %s (expected: more than 0 and less than 1)".formatted(testShare));
    }
  }

  public static TrainingRequest of(Algorithm algorithm, long seed) {
    return new TrainingRequest(algorithm, Map.of(), seed, DEFAULT_TEST_SHARE);
  }
}

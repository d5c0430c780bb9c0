package dev.gori.training;

import dev.gori.kernel.fault.FaultException;
import java.util.Map;
import java.util.TreeMap;

/// The algorithm and options of a training.
///
/// @param algorithm the algorithm to train
/// @param parameters of the algorithm; {@link Algorithm} lists them with their defaults. An unknown
///   one is rejected
/// @param seed of the split and every random choice: the same seed and data set give the same
///   model, byte for byte
/// @param testShare the share of rows that are test rows, between 0 and 1, exclusive
public record TrainingRequest(
    Algorithm algorithm, Map<String, String> parameters, long seed, double testShare) {

  public static final double DEFAULT_TEST_SHARE = 0.2;

  /// The available algorithms.
  public enum Algorithm {
    /// A linear model on standardised features (Tribuo). Parameters: `epochs` 20, `learning_rate`
    /// 0.1, `batch_size` 32.
    LOGISTIC_REGRESSION("logistic_regression"),
    /// Gradient-boosted trees (XGBoost). Parameters: `rounds` 60, `max_depth` 4, `learning_rate`
    /// 0.2, `min_child_weight` 1, `subsample` 1, `lambda` 1.
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

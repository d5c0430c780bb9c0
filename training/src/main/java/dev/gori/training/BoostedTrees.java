package dev.gori.training;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.Cancellation;
import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/// Gradient-boosted trees by XGBoost: histogram method on one thread, because with several threads
/// the results would depend on the order of additions.
final class BoostedTrees implements Training.Learner {

  private final Booster booster;
  private final int width;

  private BoostedTrees(Booster booster, int width) {
    this.booster = booster;
    this.width = width;
  }

  static BoostedTrees fit(Dataset dataset, int[] rows, Parameters parameters, long seed) {
    int rounds = parameters.whole("rounds", 60, 1, 10_000);
    var wanted = new HashMap<String, Object>();
    wanted.put("max_depth", parameters.whole("max_depth", 4, 1, 16));
    wanted.put("eta", parameters.number("learning_rate", 0.2, 1e-4, 1));
    wanted.put("min_child_weight", parameters.number("min_child_weight", 1, 0, 1e9));
    wanted.put("subsample", parameters.number("subsample", 1, 0.01, 1));
    wanted.put("lambda", parameters.number("lambda", 1, 0, 1e9));
    parameters.used();
    wanted.putAll(
        Map.of(
            "objective",
            "binary:logistic",
            "tree_method",
            "hist",
            "nthread",
            1,
            "seed",
            (int) (seed ^ (seed >>> 32)),
            "verbosity",
            0));
    try {
      var table = matrix(dataset.features(rows), rows.length, dataset.width());
      try {
        var labels = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
          labels[i] = dataset.label(rows[i]);
        }
        table.setLabel(labels);
        return new BoostedTrees(train(table, wanted, rounds), dataset.width());
      } finally {
        table.dispose();
      }
    } catch (XGBoostError e) {
      throw failed(e);
    }
  }

  /// Trains round by round, so that a cancelled training ends after its current round: native code
  /// cannot be interrupted.
  private static Booster train(DMatrix table, Map<String, Object> wanted, int rounds)
      throws XGBoostError {
    var booster = XGBoost.train(table, wanted, 0, Map.of(), null, null);
    try {
      for (int round = 0; round < rounds; round++) {
        Cancellation.check();
        booster.update(table, round);
      }
      return booster;
    } catch (XGBoostError | RuntimeException e) {
      booster.dispose();
      throw e;
    }
  }

  @Override
  public double[] probabilities(float[] flat, int rows) {
    try {
      var table = matrix(flat, rows, width);
      try {
        var predicted = booster.predict(table);
        var probabilities = new double[rows];
        for (int i = 0; i < rows; i++) {
          probabilities[i] = predicted[i][0];
        }
        return probabilities;
      } finally {
        table.dispose();
      }
    } catch (XGBoostError e) {
      throw failed(e);
    }
  }

  @Override
  public byte[] onnx(Signature signature) {
    try {
      return TreeEnsemble.of(booster.toByteArray("json")).onnx(signature);
    } catch (XGBoostError e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    booster.dispose();
  }

  /// Creates a matrix without missing values: the data set holds finite numbers only.
  private static DMatrix matrix(float[] flat, int rows, int width) throws XGBoostError {
    return new DMatrix(flat, rows, width, Float.NaN);
  }

  private static FaultException failed(XGBoostError e) {
    return new FaultException(Fault.BROKEN_INVARIANT, "xgboost: " + e.getMessage(), e);
  }
}

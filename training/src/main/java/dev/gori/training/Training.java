package dev.gori.training;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.TreeMap;

/// Trains a model and scores it on test rows.
public final class Training {

  private Training() {}

  /// Trains on the caller's thread until done. The scores are those of the trainer's own
  /// predictions; the ONNX file gives the same probabilities within 1e-5.
  ///
  /// @throws FaultException BAD_REQUEST for a parameter that is unknown or out of range;
  ///   UNPROCESSABLE when the data set is unsuitable, such as one without both labels, or the
  ///   training does not converge
  /// @throws dev.gori.kernel.life.Cancellation.CancelledException when the thread's work was
  ///   cancelled; checked between boosting rounds and between batches
  public static TrainedModel train(TrainingRequest request, Dataset dataset) {
    var split = Split.of(dataset, request.testShare(), request.seed());
    expectBothLabels(dataset, split.train(), "training");
    if (split.test().length == 0) {
      throw new FaultException(
          Fault.UNPROCESSABLE,
          "no row of %d fell on the test side (test_share %s); bring more rows"
              .formatted(dataset.rows(), request.testShare()));
    }
    var signature = new Signature(dataset.columns());
    var parameters = new Parameters(request.parameters());
    var test = dataset.features(split.test());
    try (var learner = learn(request, dataset, split, parameters)) {
      var scores =
          Scores.of(
              learner.probabilities(test, split.test().length), labels(dataset, split.test()));
      var used = new TreeMap<>(parameters.used());
      used.put("algorithm", request.algorithm().text());
      used.put("seed", Long.toString(request.seed()));
      used.put("test_share", Double.toString(request.testShare()));
      used.put("train_rows", Integer.toString(split.train().length));
      return new TrainedModel(learner.onnx(signature), scores, signature, used);
    }
  }

  /// A trained model in its library's own form.
  interface Learner extends AutoCloseable {
    /// The probabilities of label 1, one for each row.
    ///
    /// @param flat the features, row by row
    double[] probabilities(float[] flat, int rows);

    byte[] onnx(Signature signature);

    @Override
    void close();
  }

  static Learner learn(
      TrainingRequest request, Dataset dataset, Split split, Parameters parameters) {
    return switch (request.algorithm()) {
      case LOGISTIC_REGRESSION ->
          LogisticRegression.fit(dataset, split.train(), parameters, request.seed());
      case GRADIENT_BOOSTED_TREES ->
          BoostedTrees.fit(dataset, split.train(), parameters, request.seed());
    };
  }

  static int[] labels(Dataset dataset, int[] rows) {
    var labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = dataset.label(rows[i]);
    }
    return labels;
  }

  private static void expectBothLabels(Dataset dataset, int[] rows, String what) {
    int positives = 0;
    for (int row : rows) {
      positives += dataset.label(row);
    }
    if (positives == 0 || positives == rows.length) {
      throw new FaultException(
          Fault.UNPROCESSABLE,
          "%d %s rows, %d with label 1 (expected: both labels); bring more rows, or another label"
              .formatted(rows.length, what, positives));
    }
  }
}

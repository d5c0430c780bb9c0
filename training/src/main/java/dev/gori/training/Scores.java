package dev.gori.training;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// The scores of a model on rows that it was not trained on.
///
/// @param accuracy the share of correct labels at a threshold of 0.5
/// @param auc the area under the ROC curve; ties count half
/// @param logloss the mean negative log-likelihood in nats, with probabilities clamped to 1e-15
///   from 0 and 1
/// @param f1 of label 1; 0 if the model never predicts it
/// @param rows the number of test rows
/// @param positives the number of test rows with label 1
public record Scores(
    double accuracy, double auc, double logloss, double f1, int rows, int positives) {

  private static final double EDGE = 1e-15;

  /// Computes the scores.
  ///
  /// @param probabilities of label 1, one for each row
  /// @param labels 0 or 1, one for each row
  /// @throws FaultException UNPROCESSABLE for a prediction that is not a probability: the model is
  ///   broken
  public static Scores of(double[] probabilities, int[] labels) {
    if (probabilities.length != labels.length || labels.length == 0) {
      throw FaultException.badRequest(
          "%d probabilities for %d labels (expected: one each, at least one)"
              .formatted(probabilities.length, labels.length));
    }
    int right = 0;
    int positives = 0;
    int claimed = 0;
    int found = 0;
    double loss = 0;
    for (int i = 0; i < labels.length; i++) {
      if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
        throw new FaultException(
            Fault.UNPROCESSABLE,
            "test row %d: the model predicts %s (expected: a probability from 0 to 1); the training did not converge, lower its learning_rate"
                .formatted(i + 1, probabilities[i]));
      }
      boolean says = probabilities[i] > 0.5;
      boolean is = labels[i] == 1;
      right += says == is ? 1 : 0;
      positives += is ? 1 : 0;
      claimed += says ? 1 : 0;
      found += says && is ? 1 : 0;
      double p = Math.clamp(probabilities[i], EDGE, 1 - EDGE);
      loss -= Math.log(is ? p : 1 - p);
    }
    double f1 = claimed + positives == 0 ? 0 : 2.0 * found / (claimed + positives);
    int rows = labels.length;
    return new Scores(
        (double) right / rows,
        auc(probabilities, labels, positives),
        loss / rows,
        f1,
        rows,
        positives);
  }

  /// The values by metric name, for the registry.
  public Map<String, Double> metrics() {
    var metrics = new LinkedHashMap<String, Double>();
    metrics.put("accuracy", accuracy);
    metrics.put("auc", auc);
    metrics.put("logloss", logloss);
    metrics.put("f1", f1);
    metrics.put("test_rows", (double) rows);
    metrics.put("test_positives", (double) positives);
    return metrics;
  }

  /// The area under the ROC curve by the rank-sum statistic; 0.5 if one of the labels is absent,
  /// because then there are no pairs to rank.
  private static double auc(double[] probabilities, int[] labels, int positives) {
    int negatives = labels.length - positives;
    if (positives == 0 || negatives == 0) {
      return 0.5;
    }
    var order = new Integer[labels.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(probabilities[a], probabilities[b]));
    double ranks = 0;
    for (int from = 0, to; from < order.length; from = to) {
      to = from + 1;
      while (to < order.length && probabilities[order[to]] == probabilities[order[from]]) {
        to++;
      }
      double rank = (from + 1 + to) / 2.0;
      for (int i = from; i < to; i++) {
        ranks += labels[order[i]] == 1 ? rank : 0;
      }
    }
    return (ranks - positives * (positives + 1.0) / 2) / ((double) positives * negatives);
  }
}

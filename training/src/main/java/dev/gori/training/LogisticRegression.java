package dev.gori.training;

import dev.gori.kernel.life.Cancellation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/// A logistic regression, trained by Tribuo's AdaGrad on features that are standardised with the
/// mean and deviation of the training rows.
///
/// The ONNX graph (Cast, Gemm, Softmax, Cast, ArgMax) contains the standardisation in its weights
/// and bias. It computes the sums in double precision, so that a column with a large mean loses no
/// precision.
final class LogisticRegression implements Training.Learner {

  /// The format of feature names: Tribuo sorts features by name, and with leading zeros this is the
  /// column order.
  private static final String FEATURE = "f%06d";

  private final LinearSGDModel model;
  private final double[] mean;
  private final double[] deviation;
  private final String[] names;

  private LogisticRegression(
      LinearSGDModel model, double[] mean, double[] deviation, String[] names) {
    this.model = model;
    this.mean = mean;
    this.deviation = deviation;
    this.names = names;
  }

  static LogisticRegression fit(Dataset dataset, int[] rows, Parameters parameters, long seed) {
    int epochs = parameters.whole("epochs", 20, 1, 10_000);
    double rate = parameters.number("learning_rate", 0.1, 1e-6, 100);
    int batch = parameters.whole("batch_size", 32, 1, 1 << 20);
    parameters.used();
    int width = dataset.width();
    var flat = dataset.features(rows);
    var mean = means(flat, width);
    var deviation = deviations(flat, width, mean);
    var names = new String[width];
    Arrays.setAll(names, FEATURE::formatted);

    var provenance = new SimpleDataSourceProvenance("features", new LabelFactory());
    var table = new MutableDataset<Label>(provenance, new LabelFactory());
    for (int i = 0; i < rows.length; i++) {
      checkNowAndThen(i);
      table.add(example(flat, i, mean, deviation, names, Integer.toString(dataset.label(rows[i]))));
    }
    Logger.getLogger("org.tribuo").setLevel(Level.WARNING);
    var trainer =
        new LinearSGDTrainer(
            new LogMulticlass(),
            new CancellableOptimiser(new AdaGrad(rate)),
            epochs,
            Integer.MAX_VALUE,
            batch,
            seed);
    Cancellation.check();
    return new LogisticRegression(trainer.train(table, Map.of()), mean, deviation, names);
  }

  private static void checkNowAndThen(int row) {
    if (row % 1_024 == 0) {
      Cancellation.check();
    }
  }

  @Override
  public double[] probabilities(float[] flat, int rows) {
    var probabilities = new double[rows];
    for (int i = 0; i < rows; i++) {
      checkNowAndThen(i);
      var scores =
          model
              .predict(
                  example(flat, i, mean, deviation, names, LabelFactory.UNKNOWN_LABEL.getLabel()))
              .getOutputScores();
      var positive = scores.get("1");
      probabilities[i] = positive == null ? 0 : positive.getScore();
    }
    return probabilities;
  }

  @Override
  public byte[] onnx(Signature signature) {
    int width = signature.width();
    var weights = model.getWeightsCopy();
    var folded = new double[width * 2];
    var bias = new double[2];
    for (int label = 0; label < 2; label++) {
      int row = model.getOutputIDInfo().getID(new Label(Integer.toString(label)));
      bias[label] = weights.get(row, width);
      for (int column = 0; column < width; column++) {
        double weight =
            weights.get(row, model.getFeatureIDMap().getID(names[column])) / deviation[column];
        folded[column * 2 + label] = weight;
        bias[label] -= weight * mean[column];
      }
    }
    return linear(folded, bias, signature);
  }

  @Override
  public void close() {
    // holds no native memory
  }

  /// The ONNX file of a linear model with two labels.
  ///
  /// @param weights `[columns, 2]`
  static byte[] linear(double[] weights, double[] bias, Signature signature) {
    return head(weights, bias, signature, "input")
        .node("Softmax", List.of("scores"), List.of("shares"), OnnxGraph.attribute("axis", 1))
        .node(
            "Cast",
            List.of("shares"),
            List.of("probabilities"),
            OnnxGraph.attribute("to", OnnxGraph.Type.FLOAT.number()))
        .model(signature);
  }

  /// The graph's input, outputs and the sums `scores`; the caller adds the nodes that compute
  /// `probabilities` from them.
  static OnnxGraph head(double[] weights, double[] bias, Signature signature, String input) {
    int width = signature.width();
    return new OnnxGraph("linear")
        .input("input", OnnxGraph.Type.FLOAT, -1, width)
        .output("label", OnnxGraph.Type.INT64, -1)
        .output("probabilities", OnnxGraph.Type.FLOAT, -1, 2)
        .constant("weights", weights, width, 2)
        .constant("bias", bias, 2)
        .node(
            "Cast",
            List.of(input),
            List.of("wide"),
            OnnxGraph.attribute("to", OnnxGraph.Type.DOUBLE.number()))
        .node("Gemm", List.of("wide", "weights", "bias"), List.of("scores"))
        .node(
            "ArgMax",
            List.of("scores"),
            List.of("label"),
            OnnxGraph.attribute("axis", 1),
            OnnxGraph.attribute("keepdims", 0));
  }

  private static Example<Label> example(
      float[] flat, int row, double[] mean, double[] deviation, String[] names, String label) {
    int width = names.length;
    var features = new ArrayList<Feature>(width);
    for (int column = 0; column < width; column++) {
      features.add(
          new Feature(
              names[column], (flat[row * width + column] - mean[column]) / deviation[column]));
    }
    return new ArrayExample<>(new Label(label), features);
  }

  private static double[] means(float[] flat, int width) {
    var means = new double[width];
    for (int i = 0; i < flat.length; i++) {
      means[i % width] += flat[i];
    }
    Arrays.setAll(means, column -> means[column] * width / flat.length);
    return means;
  }

  /// The standard deviations; 1 for a constant column, whose standardised value is then 0.
  private static double[] deviations(float[] flat, int width, double[] mean) {
    var squares = new double[width];
    for (int i = 0; i < flat.length; i++) {
      double off = flat[i] - mean[i % width];
      squares[i % width] += off * off;
    }
    Arrays.setAll(
        squares,
        column -> {
          double deviation = Math.sqrt(squares[column] * width / flat.length);
          return deviation > 1e-12 * Math.max(1, Math.abs(mean[column])) ? deviation : 1;
        });
    return squares;
  }
}

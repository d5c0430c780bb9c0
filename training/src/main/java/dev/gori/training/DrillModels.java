package dev.gori.training;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.gori.kernel.fault.FaultException;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Deliberately bad models for drills: they are valid, load, and pass a small smoke test.
///
/// They derive label and probabilities from a fixed weighted sum, with the signature of the model
/// that they replace.
public final class DrillModels {

  /// The side of the matrix that the slow model multiplies by itself; large enough that the
  /// computation, not the overhead, dominates a step.
  private static final int SIDE = 192;

  private DrillModels() {}

  /// A model whose inference fails for a share of the rows: a Gather node reads outside its table.
  ///
  /// A fixed hash of the row's values selects the failing rows, so the result for a row never
  /// changes. A row whose values are all between -1 and 1 never fails, so the rows of zeros and
  /// ones that smoke tests send succeed.
  ///
  /// @param share of the other rows, 0 to 1; a request fails if any of its rows does
  public static byte[] failing(Signature signature, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw FaultException.badRequest("share: %s (expected: 0 to 1)".formatted(share));
    }
    int width = signature.width();
    var graph =
        LogisticRegression.head(weights(width), new double[2], signature, "input")
            .constant("primes", fractions(width), width, 1)
            .constant("share", new double[] {share}, 1)
            .constant("one", new double[] {1}, 1)
            .constant("table", new double[] {0}, 1)
            .constant("far", OnnxGraph.Type.INT64, new double[] {1_000_000}, 1)
            .node("MatMul", List.of("wide", "primes"), List.of("mixed"))
            .node("Floor", List.of("mixed"), List.of("floor"))
            .node("Sub", List.of("mixed", "floor"), List.of("hash"))
            .node("Less", List.of("hash", "share"), List.of("unlucky"))
            .node("Abs", List.of("wide"), List.of("size"))
            .node(
                "ReduceMax",
                List.of("size"),
                List.of("largest"),
                OnnxGraph.wholes("axes", 1),
                OnnxGraph.attribute("keepdims", 1))
            .node("Greater", List.of("largest", "one"), List.of("real"))
            .node("And", List.of("unlucky", "real"), List.of("fails"))
            .node(
                "Cast",
                List.of("fails"),
                List.of("flag"),
                OnnxGraph.attribute("to", OnnxGraph.Type.INT64.number()))
            .node("Mul", List.of("flag", "far"), List.of("index"))
            .node(
                "Gather",
                List.of("table", "index"),
                List.of("nothing"),
                OnnxGraph.attribute("axis", 0));
    return finish(graph, signature, "nothing");
  }

  /// A model that uses about the given CPU time on one core for each request, whatever the number
  /// of rows. The number of steps is calibrated on this machine when the model is written; on busy
  /// cores a request takes longer.
  ///
  /// @param each from 0 s to one minute
  public static byte[] slow(Signature signature, Duration each) {
    if (each.isNegative() || each.compareTo(Duration.ofMinutes(1)) > 0) {
      throw FaultException.badRequest("time a request: %s (expected: 0s to 1m)".formatted(each));
    }
    int probe = 100;
    long took = Math.max(1, nanos(slow(signature, probe), signature.width()));
    long steps = Math.clamp((long) ((double) each.toNanos() / took * probe), 1, 100_000_000);
    return slow(signature, steps);
  }

  private static byte[] slow(Signature signature, long steps) {
    var square = new double[SIDE * SIDE];
    Arrays.fill(square, 1.0 / SIDE);
    var body =
        new OnnxGraph("step")
            .input("i", OnnxGraph.Type.INT64)
            .input("go", OnnxGraph.Type.BOOL)
            .input("state", OnnxGraph.Type.DOUBLE, SIDE, SIDE)
            .output("go_on", OnnxGraph.Type.BOOL)
            .output("next", OnnxGraph.Type.DOUBLE, SIDE, SIDE)
            .node("Identity", List.of("go"), List.of("go_on"))
            .node("MatMul", List.of("state", "square"), List.of("next"));
    int width = signature.width();
    var graph =
        LogisticRegression.head(weights(width), new double[2], signature, "input")
            .constant("square", square, SIDE, SIDE)
            .constant("steps", OnnxGraph.Type.INT64, new double[] {steps})
            .constant("yes", OnnxGraph.Type.BOOL, new double[] {1})
            .constant("zero", new double[] {0}, 1)
            .node("ReduceMax", List.of("wide"), List.of("any"), OnnxGraph.attribute("keepdims", 0))
            .node("Mul", List.of("any", "zero"), List.of("none"))
            .node("Add", List.of("square", "none"), List.of("first"))
            .node(
                "Loop",
                List.of("steps", "yes", "first"),
                List.of("last"),
                OnnxGraph.attribute("body", body))
            .node("ReduceMax", List.of("last"), List.of("most"), OnnxGraph.attribute("keepdims", 0))
            .node("Mul", List.of("most", "zero"), List.of("nothing"));
    return finish(graph, signature, "nothing");
  }

  /// A model that does not return (2^62 steps of a loop) for a request with a value over `beyond`,
  /// and is fast for others.
  public static byte[] endless(Signature signature, double beyond) {
    var body =
        new OnnxGraph("step")
            .input("i", OnnxGraph.Type.INT64)
            .input("go", OnnxGraph.Type.BOOL)
            .input("state", OnnxGraph.Type.DOUBLE)
            .output("go_on", OnnxGraph.Type.BOOL)
            .output("next", OnnxGraph.Type.DOUBLE)
            .node("Identity", List.of("go"), List.of("go_on"))
            .node("Mul", List.of("state", "half"), List.of("next"));
    var graph =
        LogisticRegression.head(weights(signature.width()), new double[2], signature, "input")
            .constant("beyond", new double[] {beyond})
            .constant("half", new double[] {0.5})
            .constant("most", OnnxGraph.Type.INT64, new double[] {0x1p62})
            .constant("yes", OnnxGraph.Type.BOOL, new double[] {1})
            .constant("zero", new double[] {0})
            .node("ReduceMax", List.of("wide"), List.of("any"), OnnxGraph.attribute("keepdims", 0))
            .node("Greater", List.of("any", "beyond"), List.of("stuck"))
            .node(
                "Cast",
                List.of("stuck"),
                List.of("flag"),
                OnnxGraph.attribute("to", OnnxGraph.Type.INT64.number()))
            .node("Mul", List.of("flag", "most"), List.of("steps"))
            .node(
                "Loop",
                List.of("steps", "yes", "any"),
                List.of("last"),
                OnnxGraph.attribute("body", body))
            .node("Mul", List.of("last", "zero"), List.of("nothing"));
    return finish(graph, signature, "nothing");
  }

  /// Adds a value that is always 0 to the scores, so that no optimizer can remove the nodes that
  /// compute it.
  private static byte[] finish(OnnxGraph graph, Signature signature, String nothing) {
    return graph
        .node("Add", List.of("scores", nothing), List.of("sums"))
        .node("Softmax", List.of("sums"), List.of("shares"), OnnxGraph.attribute("axis", 1))
        .node(
            "Cast",
            List.of("shares"),
            List.of("probabilities"),
            OnnxGraph.attribute("to", OnnxGraph.Type.FLOAT.number()))
        .model(signature);
  }

  /// The weights `[columns, 2]`: each even column counts for label 1, each odd one against it.
  private static double[] weights(int width) {
    var weights = new double[width * 2];
    for (int column = 0; column < width; column++) {
      weights[column * 2 + 1] = column % 2 == 0 ? 0.01 : -0.01;
    }
    return weights;
  }

  /// Multiples of the golden ratio, so that the fractional part of a row's weighted sum is
  /// distributed evenly.
  private static double[] fractions(int width) {
    var fractions = new double[width];
    Arrays.setAll(fractions, column -> (column + 1) * 61.80339887498949 % 10);
    return fractions;
  }

  private static long nanos(byte[] onnx, int width) {
    var environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "gori");
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (var session = environment.createSession(onnx, options);
          var row =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.allocate(width), new long[] {1, width})) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
          long start = System.nanoTime();
          session.run(Map.of("input", row)).close();
          best = Math.min(best, System.nanoTime() - start);
        }
        return best;
      }
    } catch (OrtException e) {
      throw new IllegalStateException("measuring the slow model", e);
    }
  }
}

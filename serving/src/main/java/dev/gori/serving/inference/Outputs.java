package dev.gori.serving.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The roles of a model's outputs. Exporters disagree on names, so types decide:
///
/// - one output of whole numbers or strings is the label;
/// - one float output is the prediction, one or more numbers per row; with `prob` in its name it is
///   the probabilities, and the prediction is the class with the highest;
/// - two outputs are a label and its probabilities: a sequence of maps (a ZipMap), or a float
///   tensor with several columns or `prob` in its name.
///
/// Rejects any other outputs, because responses would omit or misinterpret them.
///
/// @param label the label's output name; null: none
/// @param probabilities the probabilities' output name; null: none
/// @param number the regression's output name; null: none
/// @param classes columns of the probabilities as the file declares them; 0 if the file does not
///   fix them
record Outputs(
    @Nullable String label,
    @Nullable String probabilities,
    @Nullable String number,
    int classes,
    boolean labelIsLong) {

  static Outputs detect(OrtSession session) throws OrtException {
    var all = List.copyOf(session.getOutputInfo().values());
    var labels = all.stream().filter(Outputs::isLabel).toList();
    var others = all.stream().filter(node -> !isLabel(node)).toList();
    if (labels.size() > 1
        || others.size() > 1
        || all.isEmpty()
        || !all.stream().allMatch(Outputs::isReadable)
        || (labels.size() == 1 && !others.stream().allMatch(Outputs::isProbabilities))) {
      throw new FaultException(
          Fault.UNPROCESSABLE,
          "the model cannot be served: its outputs are %s (expected: one output with a value or a row of numbers for each row, or a label of whole numbers or text with its probabilities); export it with those outputs alone"
              .formatted(all.stream().map(Outputs::shown).collect(Collectors.joining(", "))));
    }
    var label = labels.isEmpty() ? null : labels.getFirst();
    var other = others.isEmpty() ? null : others.getFirst();
    boolean areShares = other != null && (label != null || !isTensor(other) || isNamedSo(other));
    return new Outputs(
        label == null ? null : label.getName(),
        areShares ? name(other) : null,
        areShares ? null : name(other),
        other == null || !areShares ? 0 : classes(other),
        label != null
            && label.getInfo() instanceof TensorInfo tensor
            && tensor.type == OnnxJavaType.INT64
            && tensor.getShape().length == 1);
  }

  private static @Nullable String name(@Nullable NodeInfo node) {
    return node == null ? null : node.getName();
  }

  private static boolean isTensor(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo;
  }

  private static boolean isLabel(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor
        && switch (tensor.type) {
          case INT64, INT32, STRING, BOOL -> true;
          case FLOAT, DOUBLE, INT8, INT16, UINT8, FLOAT16, BFLOAT16, UNKNOWN -> false;
        };
  }

  /// Whether the output has one entry per row: a label, a row of numbers, or a map.
  private static boolean isReadable(NodeInfo node) {
    if (!(node.getInfo() instanceof TensorInfo tensor)) {
      return node.getInfo() instanceof SequenceInfo sequence && sequence.sequenceOfMaps;
    }
    var shape = tensor.getShape();
    return shape.length <= 1 || shape.length == 2 && (!isLabel(node) || shape[1] <= 1);
  }

  private static boolean isProbabilities(NodeInfo node) {
    return !(node.getInfo() instanceof TensorInfo tensor)
        || isNamedSo(node)
        || tensor.getShape().length == 2 && tensor.getShape()[1] > 1;
  }

  private static boolean isNamedSo(NodeInfo node) {
    return node.getName().toLowerCase(Locale.ROOT).contains("prob");
  }

  private static int classes(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor
            && tensor.type == OnnxJavaType.FLOAT
            && tensor.getShape().length == 2
            && tensor.getShape()[1] > 0
        ? (int) tensor.getShape()[1]
        : 0;
  }

  private static String shown(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor
        ? "%s %s %s".formatted(node.getName(), tensor.type, Arrays.toString(tensor.getShape()))
        : node.getName() + " " + node.getInfo();
  }

  /// Whether the outputs are an int64 label `[N]` and float32 probabilities `[N, classes]`.
  boolean areLabelAndProbabilities() {
    return label != null && labelIsLong && probabilities != null && classes > 0;
  }

  String labelName() {
    return label == null ? "" : label;
  }

  String probabilitiesName() {
    return probabilities == null ? "" : probabilities;
  }

  /// Runs the session on the inputs, which it closes.
  Predictions read(
      OrtSession session, Map<String, OnnxTensor> inputs, int rows, OrtSession.RunOptions options)
      throws OrtException {
    var wanted = new LinkedHashSet<String>();
    for (var name : new String[] {label, probabilities, number}) {
      if (name != null) {
        wanted.add(name);
      }
    }
    try (var result = session.run(inputs, wanted, options)) {
      var shares =
          probabilities == null ? new float[0] : probabilities(value(result, probabilities), rows);
      int width = shares.length / rows;
      Predictions.Values values;
      if (label != null) {
        values = labels(value(result, label));
      } else if (number != null) {
        var numbers = numbers(value(result, number));
        values = new Predictions.Values.Numbers(numbers, Math.max(1, numbers.length / rows));
      } else {
        values = highest(shares, rows, width);
      }
      if (values.rows() != rows) {
        throw new FaultException(
            Fault.BROKEN_INVARIANT,
            "the model gave %d predictions for %d rows (expected: one each)"
                .formatted(values.rows(), rows));
      }
      return new Predictions(values, shares, width);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxValue value(OrtSession.Result result, String name) {
    return result
        .get(name)
        .orElseThrow(
            () ->
                new FaultException(
                    Fault.BROKEN_INVARIANT, "the model gave no output '%s'".formatted(name)));
  }

  private static Predictions.Values labels(OnnxValue value) throws OrtException {
    return switch (Flat.of(value)) {
      case long[] whole -> new Predictions.Values.Labels(whole);
      case String[] names -> new Predictions.Values.Names(names);
      case double[] numbers -> new Predictions.Values.Numbers(numbers, 1);
      case Object other ->
          throw new FaultException(
              Fault.BROKEN_INVARIANT, "labels of type " + other.getClass().getSimpleName());
    };
  }

  private static double[] numbers(OnnxValue value) throws OrtException {
    return Flat.of(value) instanceof double[] numbers ? numbers : new double[0];
  }

  private static float[] probabilities(OnnxValue value, int rows) throws OrtException {
    if (value instanceof OnnxSequence sequence) {
      return zipped(sequence, rows);
    }
    var numbers = numbers(value);
    if (numbers.length % rows != 0) {
      throw new FaultException(
          Fault.BROKEN_INVARIANT,
          "the model gave %d probabilities for %d rows (expected: the same for each)"
              .formatted(numbers.length, rows));
    }
    var shares = new float[numbers.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) numbers[i];
    }
    return shares;
  }

  /// A ZipMap's probabilities, in the order of the classes.
  private static float[] zipped(OnnxSequence sequence, int rows) throws OrtException {
    float[] shares = new float[0];
    int row = 0;
    for (var entry : sequence.getValue()) {
      var sorted = new TreeMap<Object, Object>(((OnnxMap) entry).getValue());
      if (row == 0) {
        shares = new float[rows * sorted.size()];
      }
      int column = 0;
      for (var share : sorted.values()) {
        shares[row * sorted.size() + column++] = ((Number) share).floatValue();
      }
      entry.close();
      row++;
    }
    return shares;
  }

  private static Predictions.Values highest(float[] shares, int rows, int width) {
    var labels = new long[rows];
    for (int row = 0; row < rows; row++) {
      for (int column = 1; column < width; column++) {
        if (shares[row * width + column] > shares[row * width + (int) labels[row]]) {
          labels[row] = column;
        }
      }
    }
    return new Predictions.Values.Labels(labels);
  }
}

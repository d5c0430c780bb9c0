package dev.gori.serving.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.serving.inference.ModelSignature.Input;
import dev.gori.serving.inference.ModelSignature.Output;
import dev.gori.serving.inference.ModelSignature.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Reads the signature of a session's model.
final class Signatures {

  /// The metadata key for the column names, which Gori's training sets.
  private static final String COLUMNS = "gori.columns";

  private Signatures() {}

  static ModelSignature read(OrtSession session) throws OrtException {
    var inputs = new ArrayList<Input>();
    for (var node : session.getInputInfo().values()) {
      inputs.add(input(node));
    }
    if (inputs.isEmpty()) {
      throw unfit("the model takes nothing (expected: at least one input)");
    }
    var outputs = new ArrayList<Output>();
    for (var node : session.getOutputInfo().values()) {
      if (node.getInfo() instanceof TensorInfo tensor) {
        outputs.add(
            new Output(
                node.getName(),
                type(tensor.type, node.getName()),
                Arrays.stream(tensor.getShape()).boxed().toList()));
      } else {
        outputs.add(new Output(node.getName(), Type.FP32, List.of(-1L, -1L)));
      }
    }
    var named =
        session
            .getMetadata()
            .getCustomMetadataValue(COLUMNS)
            .map(text -> List.of(text.split(",", -1)))
            .orElse(List.of());
    return new ModelSignature(inputs, columns(inputs, named), outputs);
  }

  private static List<String> columns(List<Input> inputs, List<String> named) {
    int width = inputs.stream().mapToInt(Input::width).sum();
    if (named.size() == width) {
      return named;
    }
    if (inputs.size() == width && width > 1) {
      return inputs.stream().map(Input::name).toList();
    }
    return IntStream.range(0, width).mapToObj(i -> "f" + i).toList();
  }

  private static Input input(NodeInfo node) {
    var name = node.getName();
    if (!(node.getInfo() instanceof TensorInfo tensor)) {
      throw unfit("input '%s' is no tensor (expected: a tensor of numbers)".formatted(name));
    }
    var type = type(tensor.type, name);
    if (type == Type.BYTES || type == Type.BOOL || type == Type.INT32) {
      throw unfit(
          "input '%s' takes %s (expected: float, double or int64)".formatted(name, tensor.type));
    }
    var shape = tensor.getShape();
    boolean fits = shape.length == 1 || shape.length == 2 && shape[1] > 0 && shape[1] <= 1 << 20;
    if (!fits || shape[0] > 1) {
      throw unfit(
          "input '%s' has the shape %s (expected: [N, columns] with a fixed number of columns and any number of rows)"
              .formatted(name, Arrays.toString(shape)));
    }
    return new Input(name, type, shape.length == 1 ? 1 : (int) shape[1], shape.length == 1);
  }

  private static Type type(OnnxJavaType type, String name) {
    return switch (type) {
      case FLOAT -> Type.FP32;
      case DOUBLE -> Type.FP64;
      case INT64 -> Type.INT64;
      case INT32 -> Type.INT32;
      case BOOL -> Type.BOOL;
      case STRING -> Type.BYTES;
      case INT8, INT16, UINT8, FLOAT16, BFLOAT16, UNKNOWN ->
          throw unfit(
              "'%s' has the type %s (expected: float, double, int64, or string for labels)"
                  .formatted(name, type));
    };
  }

  private static FaultException unfit(String message) {
    return new FaultException(Fault.UNPROCESSABLE, "the model cannot be served: " + message);
  }
}

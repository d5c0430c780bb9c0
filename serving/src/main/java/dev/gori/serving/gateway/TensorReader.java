package dev.gori.serving.gateway;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.serving.inference.ModelSignature;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads the tensors of an Open Inference Protocol request: FP32, FP64, INT64 and INT32 as JSON,
/// flat or nested.
final class TensorReader {

  private static final Set<String> TYPES = Set.of("FP32", "FP64", "INT64", "INT32");

  private TensorReader() {}

  /// @throws FaultException BAD_REQUEST naming tensor, row and column; TOO_LARGE over `maxRows`
  static Rows read(JsonNode body, ModelSignature signature, int maxRows) {
    var tensors = body.path("inputs");
    if (!tensors.isArray() || tensors.size() != signature.inputs().size()) {
      throw FaultException.badRequest(
          "inputs: %s (expected: an array of %d tensors: %s)"
              .formatted(
                  tensors.isArray() ? tensors.size() + " tensors" : "missing",
                  signature.inputs().size(),
                  names(signature)));
    }
    int rows = -1;
    var flat = new double[0];
    int offset = 0;
    for (var input : signature.inputs()) {
      var tensor = tensor(tensors, input, signature);
      int count = rows(tensor, input, maxRows);
      if (rows < 0) {
        rows = count;
        flat = new double[rows * signature.width()];
      } else if (count != rows) {
        throw FaultException.badRequest(
            "inputs.%s: %d rows (expected: %d, as the first tensor has)"
                .formatted(input.name(), count, rows));
      }
      var into = new Into(input, flat, signature.width(), offset, rows * input.width());
      into.fill(tensor.path("data"));
      into.expectFull();
      offset += input.width();
    }
    return signature.wide()
        ? new Rows.Doubles(flat, rows)
        : new Rows.Floats(narrowed(flat, signature), rows);
  }

  private static JsonNode tensor(
      JsonNode tensors, ModelSignature.Input input, ModelSignature signature) {
    for (var tensor : tensors) {
      if (tensor.path("name").asString("").equals(input.name())) {
        var type = tensor.path("datatype").asString("");
        if (!TYPES.contains(type)) {
          throw FaultException.badRequest(
              "inputs.%s.datatype: '%s' (expected: %s, or another of %s)"
                  .formatted(input.name(), type, input.type(), TYPES.stream().sorted().toList()));
        }
        return tensor;
      }
    }
    throw FaultException.badRequest(
        "inputs: no tensor '%s' (expected: %s)".formatted(input.name(), names(signature)));
  }

  private static int rows(JsonNode tensor, ModelSignature.Input input, int maxRows) {
    var shape = tensor.path("shape");
    boolean fits =
        shape.isArray()
            && shape.valueStream().allMatch(JsonNode::isIntegralNumber)
            && (shape.size() == 2 && shape.path(1).asLong() == input.width()
                || shape.size() == 1 && input.width() == 1)
            && shape.path(0).asLong() >= 1;
    if (!fits) {
      throw FaultException.badRequest(
          "inputs.%s.shape: %s (expected: [rows, %d])"
              .formatted(input.name(), shape, input.width()));
    }
    if (shape.path(0).asLong() > maxRows) {
      throw new FaultException(
          Fault.TOO_LARGE,
          "inputs.%s: %s rows (expected: at most %d; send them in parts)"
              .formatted(input.name(), shape.path(0), maxRows));
    }
    return shape.path(0).asInt();
  }

  private static float[] narrowed(double[] wide, ModelSignature signature) {
    var narrow = new float[wide.length];
    for (int i = 0; i < wide.length; i++) {
      narrow[i] = (float) wide[i];
      if (!Float.isFinite(narrow[i])) {
        throw FaultException.badRequest(
            "row %d, column %d '%s': %s (expected: a finite number within float32)"
                .formatted(
                    i / signature.width(),
                    i % signature.width(),
                    signature.columns().get(i % signature.width()),
                    wide[i]));
      }
    }
    return narrow;
  }

  private static String names(ModelSignature signature) {
    return String.join(", ", signature.inputs().stream().map(ModelSignature.Input::name).toList());
  }

  /// Copies the values of one tensor into its columns of the flat array.
  private static final class Into {
    private final ModelSignature.Input input;
    private final double[] flat;
    private final int stride;
    private final int offset;
    private final int wanted;
    private int taken;

    Into(ModelSignature.Input input, double[] flat, int stride, int offset, int wanted) {
      this.input = input;
      this.flat = flat;
      this.stride = stride;
      this.offset = offset;
      this.wanted = wanted;
    }

    void fill(JsonNode node) {
      if (node.isArray()) {
        node.forEach(this::fill);
        return;
      }
      int row = taken / input.width();
      int column = taken % input.width();
      if (!node.isNumber() || !Double.isFinite(node.asDouble())) {
        throw FaultException.badRequest(
            "inputs.%s.data: row %d, column %d: %s (expected: a finite number)"
                .formatted(input.name(), row, column, node.isMissingNode() ? "missing" : node));
      }
      if (taken < wanted) {
        flat[row * stride + offset + column] = node.asDouble();
      }
      taken++;
    }

    void expectFull() {
      if (taken != wanted) {
        throw FaultException.badRequest(
            "inputs.%s.data: %d values (expected: %d, as its shape says)"
                .formatted(input.name(), taken, wanted));
      }
    }
  }
}

package dev.gori.serving.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;

/// Flattens a tensor of any shape.
final class Flat {

  private Flat() {}

  /// @return `long[]` for whole numbers, `double[]` for others, `String[]` for text
  static Object of(OnnxValue value) throws OrtException {
    if (!(value instanceof OnnxTensor tensor)) {
      throw new FaultException(
          Fault.BROKEN_INVARIANT,
          "the model gave a %s (expected: a tensor)".formatted(value.getType()));
    }
    return switch (tensor.getInfo().type) {
      case INT64 -> {
        var buffer = tensor.getLongBuffer();
        var all = new long[buffer.remaining()];
        buffer.get(all);
        yield all;
      }
      case INT32 -> {
        var buffer = tensor.getIntBuffer();
        var all = new long[buffer.remaining()];
        for (int i = 0; i < all.length; i++) {
          all[i] = buffer.get(i);
        }
        yield all;
      }
      case FLOAT -> {
        var buffer = tensor.getFloatBuffer();
        var all = new double[buffer.remaining()];
        for (int i = 0; i < all.length; i++) {
          all[i] = buffer.get(i);
        }
        yield all;
      }
      case DOUBLE -> {
        var buffer = tensor.getDoubleBuffer();
        var all = new double[buffer.remaining()];
        buffer.get(all);
        yield all;
      }
      case STRING -> strings(tensor.getValue());
      case BOOL -> {
        var buffer = tensor.getByteBuffer();
        var all = new long[buffer.remaining()];
        for (int i = 0; i < all.length; i++) {
          all[i] = buffer.get(i) == 0 ? 0 : 1;
        }
        yield all;
      }
      case INT8, INT16, UINT8, FLOAT16, BFLOAT16, UNKNOWN ->
          throw new FaultException(
              Fault.BROKEN_INVARIANT,
              "the model gave %s (expected: numbers or text)".formatted(tensor.getInfo()));
    };
  }

  private static String[] strings(Object value) {
    if (value instanceof String[] flat) {
      return flat;
    }
    var rows = (String[][]) value;
    var flat = new String[rows.length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = rows[i][0];
    }
    return flat;
  }
}

package dev.gori.training;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/// Builds ONNX graphs in protobuf wire format. Messages and field numbers are those of onnx.proto
/// (ONNX 1.12, IR version 8), restricted to what our models need.
final class OnnxGraph {

  /// The element types, with their numbers in onnx.proto.
  enum Type {
    FLOAT(1, 4),
    INT64(7, 8),
    BOOL(9, 1),
    DOUBLE(11, 8);

    private final int number;
    private final int bytes;

    Type(int number, int bytes) {
      this.number = number;
      this.bytes = bytes;
    }

    int number() {
      return number;
    }
  }

  private static final int IR_VERSION = 8;
  private static final int OPSET = 15;
  private static final int ML_OPSET = 3;

  private final Message graph = new Message();

  OnnxGraph(String name) {
    graph.text(2, name);
  }

  /// @param attributes created by {@link #attribute}, {@link #floats}, {@link #wholes} or {@link
  ///   #texts}
  OnnxGraph node(
      String operator, List<String> inputs, List<String> outputs, Message... attributes) {
    return node("", operator, inputs, outputs, attributes);
  }

  /// @param domain of the operator: empty for the ONNX domain, `ai.onnx.ml` for classical models
  OnnxGraph node(
      String domain,
      String operator,
      List<String> inputs,
      List<String> outputs,
      Message... attributes) {
    var node = new Message();
    inputs.forEach(input -> node.text(1, input));
    outputs.forEach(output -> node.text(2, output));
    node.text(3, outputs.getFirst() + "/" + operator).text(4, operator);
    for (var attribute : attributes) {
      node.message(5, attribute);
    }
    if (!domain.isEmpty()) {
      node.text(7, domain);
    }
    graph.message(1, node);
    return this;
  }

  OnnxGraph constant(String name, double[] values, long... dims) {
    return constant(name, Type.DOUBLE, values, dims);
  }

  /// A constant tensor of the given type, to which the values are converted.
  OnnxGraph constant(String name, Type type, double[] values, long... dims) {
    var raw = ByteBuffer.allocate(values.length * type.bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type) {
        case FLOAT -> raw.putFloat((float) value);
        case INT64 -> raw.putLong((long) value);
        case BOOL -> raw.put((byte) value);
        case DOUBLE -> raw.putDouble(value);
      }
    }
    var tensor = new Message();
    Arrays.stream(dims).forEach(dim -> tensor.number(1, dim));
    tensor.number(2, type.number).text(8, name).bytes(9, raw.array());
    graph.message(5, tensor);
    return this;
  }

  /// @param dims the shape; -1 is a dynamic dimension, named `N`
  OnnxGraph input(String name, Type type, long... dims) {
    graph.message(11, value(name, type, dims));
    return this;
  }

  OnnxGraph output(String name, Type type, long... dims) {
    graph.message(12, value(name, type, dims));
    return this;
  }

  /// The ONNX file, with the signature's column names in its metadata.
  byte[] model(Signature signature) {
    var columns =
        new Message().text(1, Signature.COLUMNS_KEY).text(2, String.join(",", signature.columns()));
    return new Message()
        .number(1, IR_VERSION)
        .text(2, "gori")
        .message(7, graph)
        .message(8, new Message().text(1, "").number(2, OPSET))
        .message(8, new Message().text(1, "ai.onnx.ml").number(2, ML_OPSET))
        .message(14, columns)
        .content();
  }

  static Message attribute(String name, long value) {
    return new Message().text(1, name).number(3, value).number(20, 2);
  }

  static Message attribute(String name, String value) {
    return new Message().text(1, name).text(4, value).number(20, 3);
  }

  static Message attribute(String name, OnnxGraph value) {
    return new Message().text(1, name).message(6, value.graph).number(20, 5);
  }

  static Message floats(String name, double... values) {
    var attribute = new Message().text(1, name);
    for (double value : values) {
      attribute.decimal(7, (float) value);
    }
    return attribute.number(20, 6);
  }

  static Message wholes(String name, long... values) {
    var attribute = new Message().text(1, name);
    for (long value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  static Message texts(String name, List<String> values) {
    var attribute = new Message().text(1, name);
    values.forEach(value -> attribute.text(9, value));
    return attribute.number(20, 8);
  }

  private static Message value(String name, Type type, long... dims) {
    var shape = new Message();
    for (long dim : dims) {
      shape.message(1, dim < 0 ? new Message().text(2, "N") : new Message().number(1, dim));
    }
    var tensor = new Message().number(1, type.number).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /// A builder of one protobuf message.
  static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    private interface Write {
      void to(CodedOutputStream out) throws IOException;
    }

    Message number(int field, long value) {
      return write(o -> o.writeInt64(field, value));
    }

    Message decimal(int field, float value) {
      return write(o -> o.writeFloat(field, value));
    }

    Message text(int field, String value) {
      return write(o -> o.writeString(field, value));
    }

    Message bytes(int field, byte[] value) {
      return write(o -> o.writeByteArray(field, value));
    }

    Message message(int field, Message value) {
      return write(o -> o.writeBytes(field, ByteString.copyFrom(value.content())));
    }

    byte[] content() {
      write(CodedOutputStream::flush);
      return bytes.toByteArray();
    }

    private Message write(Write write) {
      try {
        write.to(out);
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException("writing to memory", e);
      }
    }
  }
}

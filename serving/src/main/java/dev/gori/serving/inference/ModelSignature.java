package dev.gori.serving.inference;

import java.util.List;

/// The inputs, columns and outputs of a model. A row is the values of all inputs, one after the
/// other, in the order of the inputs.
///
/// @param columns a name for each value of a row: from the file's metadata, else the inputs' names,
///   else `f0`, `f1`, …
/// @param outputs in the model's order
public record ModelSignature(List<Input> inputs, List<String> columns, List<Output> outputs) {

  /// The element type of a tensor, with the name that the Open Inference Protocol gives it.
  public enum Type {
    FP32,
    FP64,
    INT64,
    INT32,
    BOOL,
    BYTES
  }

  /// @param width values per row; 1 for an input of shape `[N]` or `[N, 1]`
  /// @param flat whether the shape is `[N]`
  public record Input(String name, Type type, int width, boolean flat) {}

  /// @param shape the dimensions; -1: any size
  public record Output(String name, Type type, List<Long> shape) {}

  public ModelSignature {
    inputs = List.copyOf(inputs);
    columns = List.copyOf(columns);
    outputs = List.copyOf(outputs);
  }

  /// Values per row.
  public int width() {
    return columns.size();
  }

  /// Whether an input is not float32, so that the caller should pass rows as doubles.
  public boolean wide() {
    for (var input : inputs) { // runs for each request
      if (input.type() != Type.FP32) {
        return true;
      }
    }
    return false;
  }
}

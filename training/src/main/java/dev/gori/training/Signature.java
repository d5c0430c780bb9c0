package dev.gori.training;

import java.util.List;

/// The inputs and outputs of a model. The input is the tensor `input`, float32 `[rows, columns]`,
/// with these columns in this order. The outputs are `label`, int64 `[rows]`, and `probabilities`,
/// float32 `[rows, 2]`.
public record Signature(List<String> columns) {

  /// The key of the model's metadata that holds the column names, separated by commas.
  public static final String COLUMNS_KEY = "gori.columns";

  public Signature {
    columns = List.copyOf(columns);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("signature: no columns (expected: at least one)");
    }
  }

  /// The element type of every column.
  public String type() {
    return "float32";
  }

  public int width() {
    return columns.size();
  }
}

package dev.gori.training;

import java.util.List;

/// What a model takes: one number a column, in this order, as a tensor `input` of float32 `[rows,
/// columns]`. It gives `label` int64 `[rows]` and `probabilities` float32 `[rows, 2]`.
public record Signature(List<String> columns) {

  /// The model's metadata key under which the column names stand, separated by commas.
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

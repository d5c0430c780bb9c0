package dev.gori.pipelines.features;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The result of validating a raw file.
///
/// @param rows data rows, including bad ones
/// @param badRows rows with the wrong number of fields, which are dropped
/// @param firstBad the first bad rows, each with its line number
/// @param nullsByColumn empty cells in the good rows
/// @param nullRate the share of empty cells among all cells of the good rows, 0 to 1
/// @param valid whether the data may be used
/// @param reason why the data is invalid; empty if it is valid
public record RawCheck(
    long rows,
    long badRows,
    List<String> firstBad,
    Map<String, Long> nullsByColumn,
    double nullRate,
    boolean valid,
    String reason) {

  public RawCheck {
    firstBad = List.copyOf(firstBad);
  }

  public long goodRows() {
    return rows - badRows;
  }

  /// The share of empty cells in each column.
  public Map<String, Double> nullRateByColumn() {
    var rates = new LinkedHashMap<String, Double>();
    nullsByColumn.forEach(
        (column, nulls) -> rates.put(column, goodRows() == 0 ? 0.0 : (double) nulls / goodRows()));
    return rates;
  }
}

package dev.gori.pipelines.features;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What was found in a raw file.
///
/// @param rows data rows, those of a wrong width included
/// @param badRows rows of a wrong width, which are dropped
/// @param firstBad the first of them, each with its line
/// @param nullsByColumn empty cells in the rows that are kept
/// @param nullRate empty cells among all cells of the rows that are kept, 0 to 1
/// @param valid whether the data may be used
/// @param reason why not, or the empty string
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

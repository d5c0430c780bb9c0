package dev.gori.pipelines.features;

/// One column of the features, computed from one raw row.
public sealed interface Feature {

  String name();

  /// The number in a raw column; 0.0 if it cannot be parsed or is not finite.
  record Numeric(String name, String column) implements Feature {}

  /// The sum of all {@link Numeric} features of the row.
  record RowSum(String name) implements Feature {}

  /// 1.0 where a raw column holds the value, else 0.0.
  record Equals(String name, String column, String value) implements Feature {}

  /// The hour of the day, 0 to 23, in Asia/Seoul, of a raw column that holds an ISO 8601 time; 0.0
  /// if it cannot be parsed. A time without an offset is in Asia/Seoul.
  record HourOf(String name, String column) implements Feature {}

  /// The natural logarithm of 1 plus the number in a raw column; a number that is negative or
  /// cannot be parsed counts as 0.0.
  record Log1p(String name, String column) implements Feature {}
}

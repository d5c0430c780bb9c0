package dev.gori.pipelines.features;

/// One column of the features, calculated from one raw row.
public sealed interface Feature {

  String name();

  /// The number in a raw column; what cannot be read counts as 0.0.
  record Numeric(String name, String column) implements Feature {}

  /// The sum of all {@link Numeric} features of the row.
  record RowSum(String name) implements Feature {}

  /// 1.0 where a raw column holds the value, else 0.0.
  record Equals(String name, String column, String value) implements Feature {}

  /// The hour of the day, 0 to 23, in Asia/Seoul, of a raw column that holds an ISO 8601 time; what
  /// cannot be read counts as 0.0.
  record HourOf(String name, String column) implements Feature {}

  /// The natural logarithm of one more than the number in a raw column; negative and unreadable
  /// numbers count as 0.0.
  record Log1p(String name, String column) implements Feature {}
}

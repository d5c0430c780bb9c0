package dev.gori.pipelines.features;

import dev.gori.base.conf.Section;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The features to build from raw rows, in column order, and the label, which is the last column.
///
/// @param label the value to predict, 0.0 or 1.0; null for features without a label
public record FeatureSpec(List<Feature> features, Feature.@Nullable Equals label) {

  /// The numeric columns of a raw day of user events.
  private static final List<String> NUMERIC =
      List.of("is_premium", "event_value", "amount", "session_length_sec");

  public static final FeatureSpec DEFAULT =
      new FeatureSpec(
          List.of(
              new Feature.Numeric("is_premium", "is_premium"),
              new Feature.Numeric("event_value", "event_value"),
              new Feature.Numeric("amount", "amount"),
              new Feature.Numeric("session_length_sec", "session_length_sec"),
              new Feature.RowSum("row_sum"),
              new Feature.HourOf("hour", "event_time"),
              new Feature.Equals("device_mobile", "device", "mobile"),
              new Feature.Equals("device_tablet", "device", "tablet")),
          new Feature.Equals("purchased", "event_type", "purchase"));

  public FeatureSpec {
    features = List.copyOf(features);
    var names = new LinkedHashSet<String>();
    for (var feature : features) {
      if (!names.add(feature.name())) {
        throw new IllegalArgumentException(
            "feature '%s' is declared twice (expected: once)".formatted(feature.name()));
      }
    }
    if (features.isEmpty() || (label != null && !names.add(label.name()))) {
      throw new IllegalArgumentException(
          "features: %s (expected: 1 or more, none named like the label)".formatted(names));
    }
  }

  /// The names of all columns of `feature.csv`, the label last.
  public List<String> columns() {
    var columns = new ArrayList<String>();
    features.forEach(feature -> columns.add(feature.name()));
    Optional.ofNullable(label).ifPresent(last -> columns.add(last.name()));
    return columns;
  }

  /// Reads the keys `numeric: [column]`, `row_sum: true`, `hour_of: column`, `log1p: [column]`,
  /// `one_hot: {column: [value]}` and `label: {name: …, column: …, equals: …}`. An empty section
  /// gives the {@link #DEFAULT}.
  public static FeatureSpec read(Section section) {
    if (section.keys().isEmpty()) {
      return DEFAULT;
    }
    var features = new ArrayList<Feature>();
    var numeric = section.has("numeric") ? section.texts("numeric") : NUMERIC;
    numeric.forEach(column -> features.add(new Feature.Numeric(column, column)));
    if (section.flag("row_sum", true)) {
      features.add(new Feature.RowSum("row_sum"));
    }
    section.text("hour_of").ifPresent(column -> features.add(new Feature.HourOf("hour", column)));
    section
        .texts("log1p")
        .forEach(column -> features.add(new Feature.Log1p("log1p_" + column, column)));
    var oneHot = section.section("one_hot");
    for (var column : oneHot.keys()) {
      oneHot
          .texts(column)
          .forEach(value -> features.add(new Feature.Equals(column + "_" + value, column, value)));
    }
    Feature.Equals target = null;
    if (section.has("label")) {
      var label = section.section("label");
      target =
          new Feature.Equals(
              label.required("name", "the label's column"),
              label.required("column", "a raw column"),
              label.required("equals", "a value"));
      label.finish();
    }
    section.finish();
    try {
      return new FeatureSpec(features, target);
    } catch (IllegalArgumentException e) {
      section.problems().add("%s:%d: %s".formatted(section.file(), section.line(), e.getMessage()));
      return DEFAULT;
    }
  }
}

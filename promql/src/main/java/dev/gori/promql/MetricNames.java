package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import java.util.List;

/// The labels that identify a metric (name, type and unit). A function whose result is another
/// metric drops them.
final class MetricNames {

  static final String TYPE = "__type__";
  static final String UNIT = "__unit__";
  static final List<String> ALL = List.of(Labels.NAME, TYPE, UNIT);

  private MetricNames() {}

  static Labels dropped(Labels labels) {
    return labels.without(ALL);
  }
}

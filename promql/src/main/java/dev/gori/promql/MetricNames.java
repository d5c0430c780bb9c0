package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import java.util.List;

/// The labels that say what a metric is, and vanish when a function makes something else of it.
final class MetricNames {

  static final String TYPE = "__type__";
  static final String UNIT = "__unit__";
  static final List<String> ALL = List.of(Labels.NAME, TYPE, UNIT);

  private MetricNames() {}

  static Labels dropped(Labels labels) {
    return labels.without(ALL);
  }
}
